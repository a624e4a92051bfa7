import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root, type TestGateway } from '../harness/gateway.ts';
import { manage as ask } from '../harness/management.ts';
import { callTool, toolNames } from '../harness/rpc.ts';
import { accessibilityProblems, closePages, openPage, overflow, sharedBrowser } from './harness/browser.ts';
import { layoutProblems, widths } from './harness/layout.ts';
import { overlays, type Overlay } from './harness/overlays.ts';
import { managementToken, startGateway, vscode } from './harness/stage.ts';
import { smallTargets } from './harness/targets.ts';

let gateway: TestGateway;
let browser: Browser;

beforeAll(async () => {
  [gateway, browser] = await Promise.all([startGateway(), sharedBrowser()]);
  await toolNames(gateway, vscode);
  await callTool(gateway, vscode, 'toolbox__greet', { name: 'Ada' });
  await callTool(gateway, vscode, 'toolbox__erase');
  // A version of the registry that is a former one.
  const patch = { clients: { vscode: { allow_servers: ['toolbox', 'memory'] } } };
  const { body } = await ask(gateway, managementToken, '/registry/apply', { body: { patch } });
  expect(body).toMatchObject({ applied: true });
});
afterAll(async () => {
  await closePages(browser);
  await gateway[Symbol.asyncDispose]();
});

const setTheme = (page: Page, theme: 'light' | 'dark'): Promise<void> =>
  page.evaluate(`document.documentElement.dataset.theme = '${theme}'`);

test.each(overlays)('$name: no barrier in either theme, and whole at every width', async (overlay) => {
  const { page, complaints } = await openPage(browser, gateway.origin);
  const at = overlay.only ?? widths;
  await page.setViewportSize({ width: at[0] ?? 1440, height: 800 });
  await overlay.open(page, gateway.origin);
  await page.getByRole(overlay.role).waitFor();
  await page.mouse.move(0, 0);
  for (const width of at) {
    await page.setViewportSize({ width, height: 800 });
    const problems = async (): Promise<unknown> => [
      ...[await overflow(page), await layoutProblems(page), await smallTargets(page)],
    ];
    // What depends on the width by a script follows a moment later.
    await expect.poll(problems, { message: `at ${width} px` }).toEqual([0, [], []]);
  }
  for (const theme of ['light', 'dark'] as const) {
    await setTheme(page, theme);
    // What is behind has been tested as a page.
    expect([theme, await accessibilityProblems(page, `[role="${overlay.role}"]`)]).toEqual([theme, []]);
  }
  expect(await page.getByRole(overlay.role).count()).toBe(1);
  expect(complaints).toEqual([]);
  await page.context().close();
});

describe('the list of overlays', () => {
  const sources = readdirSync(join(root, 'web/src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.svelte'))
    .map((file) => [file, readFileSync(join(root, 'web/src', file), 'utf8')] as const);

  const rendersOne = /<(?:Modal|Menu)\b|<dialog\b|role="(?:dialog|alertdialog|menu|listbox)"|\spopover\b/g;

  test('names each component that renders one', () => {
    const rendered = sources
      .filter(([file, text]) => file !== 'lib/ui/Modal.svelte' && text.match(rendersOne) !== null)
      .map(([file]) => file);
    // The list of what was found is a part of the search.
    const known = new Set(overlays.map(({ component }) => component));
    expect(rendered.toSorted()).toEqual([...known].toSorted());
  });

  test('names each dialog of a component that has several', () => {
    const several = sources.flatMap(([file, text]) => {
      const { length } = text.match(/<Modal\b/g) ?? [];
      return length > 1 ? [[file, length]] : [];
    });
    const listed = several.map(([file]) => [
      file,
      overlays.filter(({ component }) => component === file).length,
    ]);
    expect(several.length).toBeGreaterThan(0);
    expect(listed).toEqual(several);
  });

  test('names each content of the drawer', () => {
    const drawer = 'lib/views/frame/SideDrawer.svelte';
    const kinds = readFileSync(join(root, 'web/src/lib/state/drawer.svelte.ts'), 'utf8').match(
      /kind: '\w+'/g,
    );
    const listed = overlays.filter(({ component }: Overlay) => component === drawer);
    expect(listed.length).toBe(new Set(kinds).size);
  });
});

test('the layout check names what is cut off and what is covered', async () => {
  const { page } = await openPage(browser, gateway.origin);
  const at = (top: number): string => `position: absolute; top: ${top}px; left: 0;`;
  await page.setContent(`
    <div style="${at(0)} width: 40px; overflow: hidden; white-space: nowrap">A long text that is cut</div>
    <div style="${at(40)} width: 40px; overflow: hidden; white-space: nowrap; text-overflow: ellipsis">Shortened text</div>
    <button style="${at(160)}">Covered</button>
    <div style="${at(150)} width: 90px; height: 60px"></div>`);
  expect((await layoutProblems(page)).map((problem) => problem.split(':')[0]).toSorted()).toEqual([
    'covered',
    'cut off',
  ]);
  await page.context().close();
});
