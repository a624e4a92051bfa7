import type { Locator, Page } from 'playwright';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { manage as ask } from '../harness/management.ts';
import { callTool, rpc, toolNames } from '../harness/rpc.ts';
import { TestGateway } from '../harness/gateway.ts';
import { memory } from '../harness/servers.ts';
import { manage, openPage, settled, sharedBrowser } from './harness/browser.ts';
import { Hand } from './harness/hand.ts';
import { openInterface, type OpenInterface } from './harness/openInterface.ts';
import { codex, managementToken, registry, toolboxTools, vscode, writeTools } from './harness/stage.ts';

/**
 * What an operator comes for, from the first page on, each with the clicks and keys that it may take. Names that are typed count with
 * each letter.
 */
let opened: OpenInterface;
let gateway: TestGateway;
let page: Page;
let hand: Hand;

const failing = {
  transport: 'stdio',
  command: process.execPath,
  args: ['-e', 'console.error("SLACK_BOT_TOKEN is required"); process.exit(1)'],
};

beforeAll(async () => {
  opened = await openInterface(async (started) => {
    await apply(started, {
      servers: { slack: failing },
      clients: { vscode: { allow_servers: ['toolbox', 'slack'] } },
    });
    await ask(started, managementToken, '/management/servers/slack/test', { body: {} });
    await toolNames(started, vscode);
    for (let turn = 0; turn < 3; turn += 1)
      await callTool(started, vscode, 'toolbox__greet', { name: 'Ada' });
    await callTool(started, vscode, 'toolbox__erase');
    await callTool(started, codex, 'toolbox__greet', { name: 'Bob' });
  });
  ({ gateway, page } = opened);
  await page.setViewportSize({ width: 1440, height: 900 });
});
afterAll(() => opened.close());
beforeEach(async () => {
  await manage(page, gateway.origin, managementToken, '/ui/');
  await page.getByRole('link', { name: /^Calls \d/ }).waitFor();
  hand = new Hand(page);
});

async function apply(to: TestGateway, patch: object): Promise<void> {
  const { body } = await ask(to, managementToken, '/registry/apply', { body: { patch } });
  expect(body).toMatchObject({ applied: true });
}

const button = (name: string | RegExp): Locator =>
  page.getByRole('button', { name, exact: typeof name === 'string' });
const goTo = (name: string): Promise<void> =>
  hand.click(page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name }));
const region = (name: string): Locator => page.getByRole('region', { name });

test('1: from an empty gateway to the first call', async () => {
  await using fresh = await TestGateway.start({ lmcp: { management_token: managementToken } });
  const { page: tab } = await openPage(await sharedBrowser(), fresh.origin);
  const first = new Hand(tab);
  const at = (name: string | RegExp): Locator => tab.getByRole('button', { name, exact: true });
  await tab.goto((await fresh.cli('open', '--print')).stdout.trim());
  await first.click(
    tab.getByRole('region', { name: 'Until the first call' }).getByRole('link', { name: 'Add a server' }),
  );
  await first.click(tab.getByLabel('Configuration'));
  const { command, args } = memory();
  await first.paste(JSON.stringify({ mcpServers: { memory: { command, args } } }));
  await first.click(at('Preview import'));
  await first.click(at('Import these servers'));
  await tab.getByText('Imported.').waitFor();
  await first.click(tab.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Clients' }));
  await first.click(at('Add a client').first());
  await first.type('codex');
  await first.click(tab.getByRole('checkbox', { name: 'memory' }));
  await first.click(at('Add'));
  const token = (await tab.getByRole('region', { name: 'The token' }).textContent()) ?? '';
  await tab.getByRole('region', { name: 'Snippet for Codex' }).waitFor();
  const answer = await callTool(fresh, { id: 'codex', token }, 'memory__read_graph');
  expect(answer.body.error).toBeUndefined();
  await first.click(at('I copied it'));
  expect(first.beyond({ clicks: 9, keys: 6 })).toEqual([]);
  await tab.context().close();
});

test('2: what is going on, in the first screen', async () => {
  const shown = [
    region('Needs attention').getByText('SLACK_BOT_TOKEN is required'),
    page.getByRole('list', { name: 'Counts' }),
    region('Denied').getByText('vscode → toolbox → erase'),
  ];
  for (const one of shown) {
    await one.first().waitFor();
    expect(((await one.first().boundingBox())?.y ?? 900) < 900).toBe(true);
  }
  expect(hand.beyond({ clicks: 0, keys: 0 })).toEqual([]);
});

test('3: a server that is pasted is tested, granted and applied', async () => {
  const { command, args } = memory();
  await goTo('Servers');
  await hand.click(page.getByRole('link', { name: 'Add a server' }));
  await hand.click(page.getByLabel('Configuration'));
  await hand.paste(JSON.stringify({ mcpServers: { notes: { command, args } } }));
  await hand.click(button('Preview import'));
  await hand.click(button('Test and edit notes'));
  await page.getByRole('heading', { name: 'Edit notes' }).waitFor();
  await hand.click(button('Test it'));
  await page.getByText('The test passed').waitFor();
  await hand.click(page.getByRole('checkbox', { name: 'codex', exact: true }));
  await hand.click(button('Add change'));
  await hand.click(button('Apply…'));
  await hand.click(button('Apply'));
  await page.getByText(/^Applied:/).waitFor();
  expect((await registry(gateway)).clients['codex']?.allow_servers).toEqual(['notes']);
  expect(hand.beyond({ clicks: 10, keys: 1 })).toEqual([]);
});

test('4: a client is added, with the configuration of its application', async () => {
  await goTo('Clients');
  await hand.click(button('Add a client'));
  await hand.type('cursor');
  await hand.press('Enter');
  await region('Snippet for Cursor').waitFor();
  await hand.click(region('The token').locator('..').getByRole('button', { name: 'Copy' }));
  await hand.click(button('I copied it'));
  expect(hand.beyond({ clicks: 4, keys: 7 })).toEqual([]);
});

test('5: a denied tool is allowed', async () => {
  await hand.click(button('Allow… vscode → toolbox → erase'));
  await hand.click(button('Apply…'));
  await hand.click(button('Apply'));
  await page.getByText(/^Applied:/).waitFor();
  expect((await callTool(gateway, vscode, 'toolbox__erase')).body.error).toBeUndefined();
  expect(hand.beyond({ clicks: 3, keys: 0 })).toEqual([]);
});

test('6: why a server fails', async () => {
  await region('Needs attention').getByText('SLACK_BOT_TOKEN is required').waitFor();
  await hand.click(region('Needs attention').getByRole('link', { name: 'View logs' }));
  await region('Log of the server').getByText('SLACK_BOT_TOKEN is required').first().waitFor();
  expect(hand.beyond({ clicks: 1, keys: 0 })).toEqual([]);
});

test('7: a changed tool is compared and approved', async () => {
  await apply(gateway, { servers: { toolbox: { pin_tools: true } } });
  const [greet, ...others] = toolboxTools;
  await writeTools(gateway, [{ ...greet!, description: 'Greets everybody' }, ...others]);
  await ask(gateway, managementToken, '/management/servers/toolbox/restart', { body: {} });
  await ask(gateway, managementToken, '/management/servers/toolbox/refresh', { body: {} });
  await hand.click(region('Needs attention').getByRole('link', { name: 'toolbox' }));
  await hand.click(page.locator('summary', { hasText: 'greet' }));
  await region('Description of greet').getByText('everybody').waitFor();
  await hand.click(button('Approve greet'));
  await page.getByRole('heading', { name: 'No tool pending approval' }).waitFor();
  expect((await callTool(gateway, vscode, 'toolbox__greet', { name: 'A' })).body.error).toBeUndefined();
  expect(hand.beyond({ clicks: 3, keys: 0 })).toEqual([]);
});

test('8: a change is made, applied and undone', async () => {
  const before = await gateway.registryText();
  await goTo('Access');
  await hand.click(page.getByRole('gridcell').getByRole('button', { name: /^codex, memory/ }));
  await hand.click(button('Apply…'));
  await hand.click(button('Apply'));
  await page.getByText(/^Applied:/).waitFor();
  expect((await registry(gateway)).clients['codex']?.allow_servers).toContain('memory');
  await hand.click(button('Undo'));
  await page.getByText(/^Undone:/).waitFor();
  expect(await gateway.registryText()).toBe(before);
  expect(hand.beyond({ clicks: 5, keys: 0 })).toEqual([]);
});

test('9: what one client did with one server today', async () => {
  await goTo('Activity');
  await hand.click(page.getByRole('combobox', { name: 'Query' }));
  await hand.type('cl');
  for (const key of ['ArrowDown', 'Enter']) await hand.press(key);
  await hand.type('vs');
  for (const key of ['ArrowDown', 'Enter']) await hand.press(key);
  await hand.paste('server:toolbox');
  await hand.press('Enter');
  await hand.choose(page.getByLabel('Time', { exact: true }), 'Today');
  await page.getByText(/^\d+ rows/).waitFor();
  await expect
    .poll(() => new URL(page.url()).searchParams.get('q'))
    .toBe('client:vscode server:toolbox since:today');
  expect(hand.beyond({ clicks: 3, keys: 10 })).toEqual([]);
});

test('10: a tool is tried', async () => {
  await goTo('Playground');
  await hand.choose(page.getByLabel('As client'), 'vscode');
  await hand.choose(page.getByLabel('Server', { exact: true }), 'toolbox');
  await hand.choose(page.getByLabel('Tool', { exact: true }), 'greet');
  await hand.click(page.getByLabel('name (required)'));
  await hand.type('Ada');
  await hand.click(button('Call'));
  await page.getByRole('heading', { name: 'Success' }).waitFor();
  expect(hand.beyond({ clicks: 6, keys: 3 })).toEqual([]);
});

test('11: a server is granted by the keyboard alone', async () => {
  await hand.press('/');
  await hand.type('access');
  await hand.press('Enter');
  await page.getByRole('grid').waitFor();
  await settled(page);
  await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('main');
  const inGrid = (): Promise<boolean> =>
    page.evaluate<boolean>('document.activeElement?.closest("[role=grid] [role=row]") != null');
  while (!(await inGrid())) await hand.press('Tab');
  const focused = (): Promise<string> => page.evaluate<string>('document.activeElement.ariaLabel ?? ""');
  await hand.press('Control+Home');
  await expect.poll(focused).not.toBe('');
  while (!(await focused()).startsWith('codex, memory')) {
    const name = await focused();
    await hand.press(name.startsWith('codex,') ? 'ArrowDown' : 'ArrowRight');
    await expect.poll(focused).not.toBe(name);
  }
  await hand.press(' ');
  await page.getByText('1 change pending', { exact: true }).waitFor();
  expect(hand.beyond({ clicks: 0, keys: 22 })).toEqual([]);
  await page
    .getByRole('complementary', { name: 'Pending changes' })
    .getByRole('button', { name: 'Discard' })
    .click();
});

test('12: a token is rotated, and the client removed', async () => {
  await goTo('Clients');
  await hand.click(page.getByRole('table').getByRole('link', { name: 'codex' }));
  await hand.click(button('Rotate the token…'));
  await hand.click(button('Rotate'));
  const token = (await region('The token').textContent()) ?? '';
  await hand.click(button('I copied it'));
  expect((await rpc(gateway, { id: 'codex', token }, 'tools/list')).body.error).toBeUndefined();
  await hand.click(button('Remove this client…'));
  await hand.click(button('Remove'));
  await page.getByText('codex was removed').waitFor();
  expect(hand.beyond({ clicks: 7, keys: 0 })).toEqual([]);
});

test('13: a gateway that stops is told, and its return takes nothing', async () => {
  await gateway.stop();
  await page.getByText('The gateway does not answer', { exact: true }).first().waitFor();
  await gateway.run({ HOME: gateway.folder });
  await page.getByText('The gateway does not answer', { exact: true }).first().waitFor({ state: 'hidden' });
  await page.getByRole('link', { name: /^Calls \d/ }).waitFor();
  expect(hand.beyond({ clicks: 0, keys: 0 })).toEqual([]);
  opened.complaints.length = 0; // The browser reports in its console what it asked while no gateway ran.
});
