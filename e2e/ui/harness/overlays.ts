import type { Locator, Page } from 'playwright';
import { manage } from './browser.ts';
import { managementToken } from './stage.ts';

/** Something that opens above the page: a dialog, a drawer, a menu, a list of completions. */
export interface Overlay {
  /** What it is, for the test's title. */
  readonly name: string;
  /** The component that renders it, below `web/src`. */
  readonly component: string;
  /** What is in front once it is open. */
  readonly role: 'dialog' | 'menu' | 'listbox';
  /** The only widths of a window at which it exists; default: all. */
  readonly only?: readonly number[];
  /** Opens it in a new tab, from its address on. */
  open(page: Page, origin: string): Promise<void>;
}

const button = (page: Page | Locator, name: string | RegExp): Locator =>
  page.getByRole('button', { name, exact: typeof name === 'string' }).first();

/** Signs in, opens a page and presses buttons one after the other. */
function pressed(path: string, ...names: readonly (string | RegExp)[]): Overlay['open'] {
  return async (page, origin) => {
    await manage(page, origin, managementToken, path);
    for (const name of names) await button(page, name).click();
  };
}

/** The same once there is a pending change: codex is granted a server. */
function withChange(...names: readonly (string | RegExp)[]): Overlay['open'] {
  return async (page, origin) => {
    await manage(page, origin, managementToken, '/ui/clients/codex');
    await page.getByRole('checkbox', { name: 'memory' }).check();
    await page.getByRole('complementary', { name: 'Pending changes' }).waitFor();
    for (const name of names) await button(page, name).click();
  };
}

const drawer = 'lib/views/frame/SideDrawer.svelte';
const onePage = 'routes/clients/[client]/+page.svelte';

/** Every overlay of the interface; overlays.test.ts compares the list with the components. */
export const overlays: readonly Overlay[] = [
  {
    name: 'sign in',
    component: 'lib/views/frame/SignIn.svelte',
    role: 'dialog',
    async open(page, origin) {
      await page.goto(`${origin}/ui/`);
      await button(page, /sign in to manage/).click();
    },
  },
  {
    name: 'sign out with pending changes',
    component: 'routes/+layout.svelte',
    role: 'dialog',
    open: withChange(/signed in/),
  },
  {
    name: 'search',
    component: 'lib/views/frame/QuickFind.svelte',
    role: 'dialog',
    async open(page, origin) {
      await pressed('/ui/', /^Search/)(page, origin);
      await page.keyboard.type('e');
    },
  },
  {
    name: 'more pages',
    component: 'lib/views/frame/MoreMenu.svelte',
    role: 'menu',
    only: [360],
    open: pressed('/ui/', /more pages/),
  },
  { name: 'why', component: drawer, role: 'dialog', open: pressed('/ui/', /^Why\? /) },
  {
    name: 'an entry of the log',
    component: drawer,
    role: 'dialog',
    async open(page, origin) {
      await manage(page, origin, managementToken, '/ui/activity?rows=lines');
      await page.getByRole('region', { name: 'Activity, newest first' }).locator('li button').first().click();
    },
  },
  {
    name: 'rules of a client',
    component: drawer,
    role: 'dialog',
    async open(page, origin) {
      await manage(page, origin, managementToken, '/ui/access');
      await page.getByRole('columnheader').getByRole('button', { name: 'vscode', exact: true }).click();
    },
  },
  {
    name: 'details of a tool',
    component: drawer,
    role: 'dialog',
    open: pressed('/ui/servers/toolbox', /^Details of greet/),
  },
  {
    name: 'a cell of the matrix',
    component: 'routes/access/+page.svelte',
    role: 'dialog',
    async open(page, origin) {
      await manage(page, origin, managementToken, '/ui/access');
      await page
        .getByRole('gridcell')
        .getByRole('button', { name: /^vscode, toolbox/ })
        .focus();
      await page.keyboard.press('Enter');
    },
  },
  {
    name: 'change many',
    component: 'lib/views/access/BulkDialog.svelte',
    role: 'dialog',
    open: pressed('/ui/access', 'Change many…'),
  },
  {
    name: 'all access of a client',
    component: 'lib/views/access/MatrixMenu.svelte',
    role: 'menu',
    open: pressed('/ui/access', 'All access of vscode'),
  },
  {
    name: 'access of all clients to a server',
    component: 'lib/views/access/MatrixMenu.svelte',
    role: 'menu',
    open: pressed('/ui/access', 'Access of all clients to toolbox'),
  },
  {
    name: 'export',
    component: 'lib/views/activity/ExportMenu.svelte',
    role: 'menu',
    open: pressed('/ui/activity', 'Export'),
  },
  {
    name: 'completions of a query',
    component: 'lib/views/activity/QueryCompletions.svelte',
    role: 'listbox',
    async open(page, origin) {
      await manage(page, origin, managementToken, '/ui/activity');
      await page.getByRole('combobox', { name: 'Query' }).click();
      await page.keyboard.type('c');
    },
  },
  {
    name: 'chain of the log',
    component: 'lib/views/audit/ChainBadge.svelte',
    role: 'dialog',
    open: pressed('/ui/activity', /not verified yet|chain intact/),
  },
  {
    name: 'apply',
    component: 'lib/views/changes/ApplyButton.svelte',
    role: 'dialog',
    open: withChange('Apply…'),
  },
  {
    name: 'a former version',
    component: 'lib/views/changes/HistoryDialog.svelte',
    role: 'dialog',
    open: pressed('/ui/changes', 'View or restore…'),
  },
  {
    name: 'apply an edited file',
    component: 'routes/changes/file/+page.svelte',
    role: 'dialog',
    async open(page, origin) {
      await manage(page, origin, managementToken, '/ui/changes/file');
      await page.getByRole('textbox', { name: 'Registry as YAML' }).click();
      await page.keyboard.press('Control+Home');
      await page.keyboard.type('# Edited.\n');
      await page.getByText('The text is a valid registry', { exact: false }).waitFor();
      await button(page, 'Apply…').click();
    },
  },
  {
    name: 'add a client',
    component: 'lib/views/clients/AddClient.svelte',
    role: 'dialog',
    open: pressed('/ui/clients', 'Add a client'),
  },
  {
    name: 'rotate a token',
    component: onePage,
    role: 'dialog',
    open: pressed('/ui/clients/codex', 'Rotate the token…'),
  },
  {
    name: 'remove a client',
    component: onePage,
    role: 'dialog',
    open: pressed('/ui/clients/codex', 'Remove this client…'),
  },
  {
    name: 'a new token',
    component: 'lib/views/clients/NewToken.svelte',
    role: 'dialog',
    open: pressed('/ui/clients/codex', 'Rotate the token…', 'Rotate'),
  },
];
