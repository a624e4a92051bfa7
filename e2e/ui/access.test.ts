import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright';
import { afterEach, beforeEach, afterAll, beforeAll, expect, test } from 'vitest';
import { until, type TestGateway } from '../harness/gateway.ts';
import { callTool, rpc, toolNames } from '../harness/rpc.ts';
import {
  accessibilityProblems,
  closePages,
  manage,
  openPage,
  settled,
  sharedBrowser,
} from './harness/browser.ts';
import { applyStaged } from './harness/openInterface.ts';
import { SdkClient } from './harness/sdkClient.ts';
import { codex, managementToken, registry, startGateway, vscode } from './harness/stage.ts';

let gateway: TestGateway;
let browser: Browser;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  browser = await sharedBrowser();
});
afterAll(() => closePages(browser));
beforeEach(async () => {
  gateway = await startGateway();
  await toolNames(gateway, vscode);
  ({ page, complaints } = await openPage(browser, gateway.origin));
});
afterEach(async () => {
  await page.context().close();
  await gateway[Symbol.asyncDispose]();
  expect(complaints).toEqual([]);
});

async function applyAsSomebodyElse(patch: object): Promise<void> {
  const answer = await fetch(`${gateway.origin}/registry/apply`, {
    method: 'POST',
    headers: { 'X-Lmcp-Management-Token': managementToken, 'Content-Type': 'application/json' },
    body: JSON.stringify({ patch }),
  });
  expect(await answer.json()).toMatchObject({ ok: true, applied: true });
}

test('a server granted in the matrix by keyboard is in the file, logged and callable; undo revokes it', async () => {
  await using client = await SdkClient.connect(gateway, codex);
  await manage(page, gateway.origin, managementToken, '/ui/access');
  const cell = page.getByRole('gridcell').getByRole('button', { name: /^codex, toolbox/ });
  await cell.waitFor();
  expect(await cell.textContent()).toBe('');
  expect(await cell.getAttribute('aria-label')).toBe('codex, toolbox: not granted');
  await cell.focus();
  await page.keyboard.press('Space');
  await page.getByText('codex gains 2 tools').waitFor();
  expect(await cell.textContent()).toBe('◐ 2 of 3');
  expect(await client.toolNames()).toEqual([]);
  expect(await client.call('toolbox__greet', { name: 'Ada' })).toBe(-32003);
  await applyStaged(page);

  expect((await registry(gateway)).clients['codex']?.allow_servers).toEqual(['toolbox']);
  const text = await readFile(gateway.registryPath, 'utf8');
  expect(text).toContain('# too dangerous');
  expect(text).toContain('# The registry of the tests.');
  expect(await client.toolNames()).toContain('toolbox__greet');
  expect(await client.call('toolbox__greet', { name: 'Ada' })).toBe('{"tool":"greet","name":"Ada"}');
  expect(await client.call('toolbox__erase')).toBe(-32011);
  const change = (await gateway.audit()).findLast((line) => line.event === 'config_change');
  expect(change?.allowed).toBe(true);

  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText(/^Undone:/).waitFor();
  expect((await registry(gateway)).clients['codex']?.allow_servers).toEqual([]);
  expect(await client.toolNames()).toEqual([]);
  expect(await client.call('toolbox__greet', { name: 'Ada' })).toBe(-32003);
});

test('undo does not overwrite what somebody else changed since', async () => {
  await manage(page, gateway.origin, managementToken, '/ui/clients/codex');
  await page.getByRole('checkbox', { name: 'memory' }).check();
  await applyStaged(page);
  await applyAsSomebodyElse({ clients: { vscode: { allow_servers: ['toolbox', 'memory'] } } });
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText(/^Not undone: the registry was changed since/).waitFor();
  const { clients } = await registry(gateway);
  expect([clients['vscode']?.allow_servers, clients['codex']?.allow_servers]).toEqual([
    ['toolbox', 'memory'],
    ['memory'],
  ]);
  complaints.length = 0; // The browser reports the 412 in its console; the person reads it in words.
});

test('headers of the matrix work by keyboard: arrows lead there, Enter opens, Tab leads to the menu', async () => {
  await manage(page, gateway.origin, managementToken, '/ui/access');
  await page
    .getByRole('gridcell')
    .getByRole('button', { name: /^vscode, toolbox/ })
    .focus();
  await page.keyboard.press('ArrowLeft');
  await page.locator('button:focus', { hasText: 'toolbox' }).waitFor();
  await page.keyboard.press('Enter');
  await page
    .getByRole('gridcell')
    .getByRole('button', { name: /^vscode, greet/ })
    .waitFor();
  expect(await page.getByRole('dialog').count()).toBe(0);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.locator('[role=menuitem]:focus', { hasText: 'Allow for every client shown' }).waitFor();
  expect(await page.getByRole('dialog').count()).toBe(0);
  await page.keyboard.press('Enter');
  await page.getByText(/^· codex gains/).waitFor();
});

test('one tool of a closed server opens that tool alone', async () => {
  await manage(page, gateway.origin, managementToken, '/ui/access');
  await page.getByRole('rowheader').getByRole('button', { name: 'toolbox', exact: true }).click();
  const cell = page.getByRole('gridcell').getByRole('button', { name: /^codex, greet/ });
  await cell.focus();
  await page.keyboard.press('Space');
  await page.getByText('codex gains 1 tool').waitFor();
  await applyStaged(page);
  expect(await toolNames(gateway, codex)).toEqual(['toolbox__greet']);
  const { body } = await callTool(gateway, codex, 'toolbox__greet', { name: 'Ada' });
  expect(body.error).toBeUndefined();
});

test('the panel of a cell shows the deciding rule with its line, and restricts by ticks', async () => {
  await using client = await SdkClient.connect(gateway, vscode);
  expect(await client.call('toolbox__greet', { name: 'Ada' })).toContain('Ada');
  await manage(page, gateway.origin, managementToken, '/ui/access');
  await page
    .getByRole('gridcell')
    .getByRole('button', { name: /^vscode, toolbox/ })
    .press('Enter');
  const panel = page.getByRole('dialog');
  await panel.getByText(/servers\.toolbox\.tool_policy\.deny_tools\[0\], line \d+/).waitFor();
  expect(await panel.getByRole('checkbox', { name: /erase/ }).isDisabled()).toBe(true);
  expect(await accessibilityProblems(page)).toEqual([]);
  await panel.getByRole('checkbox', { name: /greet/ }).uncheck();
  await page.keyboard.press('Escape');
  await page.getByText('vscode loses 1 tool').waitFor();
  await applyStaged(page);
  expect((await registry(gateway)).clients['vscode']?.tool_policy).toEqual({
    toolbox: { deny_tools: ['greet'] },
  });
  expect(await client.call('toolbox__greet', { name: 'Ada' })).toBe(-32011);
  expect(await client.toolNames()).not.toContain('toolbox__greet');
});

test('a whole column', async () => {
  await manage(page, gateway.origin, managementToken, '/ui/access');
  await page.getByRole('button', { name: 'All access of codex' }).click();
  await page.getByRole('menuitem', { name: 'Allow every server shown' }).click();
  await page.getByText(/^· codex gains/).waitFor();
  await applyStaged(page);
  expect((await registry(gateway)).clients['codex']?.allow_servers).toEqual(['toolbox', 'memory']);
});

test('a click changes a tool for one client; filters show what changed, what one client may call, and problems', async () => {
  await manage(page, gateway.origin, managementToken, '/ui/access?servers=greet');
  const cell = page.getByRole('gridcell').getByRole('button', { name: /^vscode, greet/ });
  expect(await cell.textContent()).toBe('●');
  await cell.click();
  await page.getByText('vscode loses 1 tool').waitFor();
  await page.getByRole('button', { name: 'vscode, greet: denied, pending', exact: true }).waitFor();
  await page.getByLabel('Show servers').fill('');
  await page.getByLabel('Show rows').selectOption('Changed');
  const heads = (): Promise<string[]> => page.getByRole('rowheader').allTextContents();
  await expect
    .poll(async () => (await heads()).map((text) => text.trim()))
    .toEqual(['toolbox', expect.stringContaining('greet')]);
  // Undone, it stays where it is while the pointer is there.
  const greet = (state: string): ReturnType<Page['getByRole']> =>
    page.getByRole('button', { name: `vscode, greet: ${state}`, exact: true });
  await greet('denied, pending').click();
  await greet('allowed').click();
  await greet('denied, pending').waitFor();
  await page.getByLabel('Show rows').selectOption('All rows');
  await page.getByLabel('View as').selectOption('View as vscode');
  // What it may call now is shown as well, so that a pending change takes no row away.
  await expect.poll(async () => (await heads()).length).toBe(3);
  expect((await heads()).join()).not.toContain('erase');
  expect((await heads()).join()).toContain('greet');
  await expect.poll(() => page.getByRole('columnheader').count()).toBe(2);
  expect(await accessibilityProblems(page)).toEqual([]);
  await page.getByLabel('Show rows').selectOption('Problems');
  await page.getByText('No row matches').waitFor();
});

test('many by pattern', async () => {
  await manage(page, gateway.origin, managementToken, '/ui/access');
  await page.getByRole('button', { name: 'Change many…' }).click();
  await page.getByLabel('Servers').last().fill('mem*');
  await page.getByText('2 pairs of client and server match.').waitFor();
  await page.getByRole('button', { name: 'Add change', exact: true }).click();
  await page.getByText('2 changes pending', { exact: true }).waitFor();
  await applyStaged(page);
  const { clients } = await registry(gateway);
  expect([clients['vscode']?.allow_servers, clients['codex']?.allow_servers]).toEqual([
    ['toolbox', 'memory'],
    ['memory'],
  ]);
});

test('keeps pending changes on reload, and discards them one by one', async () => {
  await manage(page, gateway.origin, managementToken, '/ui/clients/codex');
  await page.getByRole('checkbox', { name: 'memory' }).check();
  await page.getByText('1 change pending', { exact: true }).waitFor();
  await page.reload();
  await page.getByText('1 change pending', { exact: true }).waitFor();
  await page.getByRole('checkbox', { name: 'memory' }).uncheck();
  await page.getByText('1 change pending', { exact: true }).waitFor({ state: 'hidden' });
  expect((await registry(gateway)).clients['codex']?.allow_servers).toEqual([]);
});

test('undoes a discard; signing out asks before it discards pending changes', async () => {
  await manage(page, gateway.origin, managementToken, '/ui/clients/codex');
  await page.getByRole('checkbox', { name: 'memory' }).check();
  await page.getByRole('button', { name: 'Discard' }).click();
  await page.getByText('1 change pending', { exact: true }).waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('1 change pending', { exact: true }).waitFor();
  await page.getByRole('button', { name: /signed in/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await page.getByText('1 change pending', { exact: true }).waitFor();
  await page.getByRole('button', { name: /signed in/ }).click();
  await page.getByRole('button', { name: 'Sign out and discard' }).click();
  await page.getByText('requires the management token').waitFor();
  expect(await page.evaluate(() => JSON.stringify(sessionStorage))).toBe('{}');
});

test('the limit of every client is staged, written and active', async () => {
  await manage(page, gateway.origin, managementToken, '/ui/settings');
  const field = page.getByLabel('Default rate limit');
  await field.fill('none');
  await field.press('Enter');
  await page.getByText('A whole number, 1 or more.').waitFor();
  await field.fill('1');
  await field.press('Enter');
  await page.getByText('1 change pending', { exact: true }).waitFor();
  await applyStaged(page);
  const codes = [];
  for (let turn = 0; turn < 2; turn += 1)
    codes.push((await rpc(gateway, codex, 'tools/list')).body.error?.code);
  expect(codes).toEqual([undefined, -32009]);
});

test('somebody else’s change meanwhile is kept, and ours must be reviewed again', async () => {
  await manage(page, gateway.origin, managementToken, '/ui/clients/codex');
  await page.getByRole('checkbox', { name: 'memory' }).check();
  await page.getByText('1 change pending', { exact: true }).waitFor();
  await applyAsSomebodyElse({ clients: { codex: { allow_servers: ['toolbox'] } } });
  await page.getByText('the registry changed: review again').waitFor();
  await page.getByRole('button', { name: 'Review' }).click();
  await page.getByText('The registry changed while you had pending changes').waitFor();
  await page.getByRole('button', { name: 'Apply…' }).click();
  await page.getByRole('button', { name: 'Apply', exact: true }).click();
  await page.getByText(/^Applied:/).waitFor();
  expect((await registry(gateway)).clients['codex']?.allow_servers).toEqual(['toolbox', 'memory']);
});

test('a confirmation closes when the registry changes under it', async () => {
  await manage(page, gateway.origin, managementToken, '/ui/clients/codex');
  await page.getByRole('checkbox', { name: 'memory' }).check();
  await page.getByRole('button', { name: 'Review' }).click();
  await page.getByRole('button', { name: 'Apply…' }).click();
  await page.getByRole('dialog').waitFor();
  await applyAsSomebodyElse({ clients: { codex: { allow_servers: ['toolbox'] } } });
  await page.getByText('The registry changed while you had pending changes').waitFor();
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  expect((await registry(gateway)).clients['codex']?.allow_servers).toEqual(['toolbox']);
});

test('a denial in Activity is explained and allowed narrowly, and the same call then works', async () => {
  await manage(page, gateway.origin, managementToken, '/ui/activity?q=outcome%3Adenied');
  await settled(page);
  expect((await callTool(gateway, vscode, 'toolbox__erase')).body.error?.code).toBe(-32011);
  await page.getByRole('button', { name: 'Why?' }).first().click();
  const why = page.getByRole('dialog');
  await why.getByText('denies', { exact: true }).waitFor();
  await why
    .getByText(/servers\.toolbox\.tool_policy.*line \d+/)
    .first()
    .waitFor();
  await why.getByRole('button', { name: 'Allow this…' }).click();
  await applyStaged(page);
  expect((await callTool(gateway, vscode, 'toolbox__erase')).body.error).toBeUndefined();
  expect(await readFile(gateway.registryPath, 'utf8')).toContain('# greets and erases');
});

test('a tool that others would gain is allowed for one client from Activity, or for every client from the matrix', async () => {
  await applyAsSomebodyElse({ clients: { codex: { allow_servers: ['toolbox'] } } });
  await manage(page, gateway.origin, managementToken, '/ui/activity?q=outcome%3Adenied');
  await settled(page);
  const erase = async (): Promise<(string | undefined)[]> => {
    const answers = [
      await callTool(gateway, vscode, 'toolbox__erase'),
      await callTool(gateway, codex, 'toolbox__erase'),
    ];
    return answers.map(({ body }) => body.error?.data?.['reason'] as string | undefined);
  };
  expect(await erase()).toEqual(['tool_denied', 'tool_denied']);
  await page.getByRole('button', { name: 'Allow… vscode → toolbox → erase' }).first().click();
  await page.getByText('Gains access: vscode', { exact: true }).waitFor();
  await page.getByText('Gains access: vscode, codex', { exact: true }).waitFor();
  expect(await page.getByText(/\d changes? pending/).count()).toBe(0);
  expect(await accessibilityProblems(page)).toEqual([]);
  await page.getByRole('button', { name: 'Only vscode' }).click();
  await applyStaged(page);
  expect(await erase()).toEqual([undefined, 'client_tool_denied']);

  await applyAsSomebodyElse({
    clients: { codex: { tool_policy: null } },
    servers: { toolbox: { tool_policy: { deny_tools: ['erase'] } } },
  });
  await manage(page, gateway.origin, managementToken, '/ui/access');
  await page
    .getByRole('gridcell')
    .getByRole('button', { name: /^codex, toolbox/ })
    .press('Enter');
  await page.getByRole('button', { name: 'Allow this…' }).click();
  await page.getByRole('button', { name: 'Every client that may use toolbox' }).click();
  await page.getByText('vscode gains 1 tool').waitFor();
  await page.keyboard.press('Escape');
  await applyStaged(page);
  expect(await erase()).toEqual([undefined, undefined]);
});

test('the history shows what restoring would change, and restores it', async () => {
  await manage(page, gateway.origin, managementToken, '/ui/clients/codex');
  await page.getByRole('checkbox', { name: 'memory' }).check();
  await applyStaged(page);
  await page.getByRole('button', { name: 'View or restore…' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog
    .getByText(/codex loses/)
    .first()
    .waitFor();
  expect(await dialog.textContent()).not.toContain(codex.token);
  await dialog.getByRole('button', { name: 'Restore this version' }).click();
  await page.getByText(/^Undone:/).waitFor();
  expect((await registry(gateway)).clients['codex']?.allow_servers).toEqual([]);
  expect((await rpc(gateway, codex, 'tools/list')).body.error).toBeUndefined();
});

test('a broken edit of the file is shown on every page, and the last valid version stays active', async () => {
  await manage(page, gateway.origin, managementToken, '/ui/access');
  const good = await readFile(gateway.registryPath, 'utf8');
  const broken = good.replace('mode: allow_all', 'mode: allow_everything');
  await gateway.writeRegistryText(broken);
  await page.getByText('The registry file on disk can’t be used').waitFor();
  const line = good.split('\n').findIndex((text) => text.includes('mode: allow_all')) + 1;
  await page.getByText(`servers.toolbox.tool_policy.mode, line ${String(line)}:`).waitFor();
  await gateway.writeRegistryText(`${broken}odd: 1\n`);
  await page.getByText('unknown key "odd"').waitFor();
  expect(await toolNames(gateway, vscode)).toContain('toolbox__greet');
  await gateway.writeRegistryText(good);
  await until('the gateway is content again', async () => {
    const { status } = (await (await fetch(`${gateway.origin}/status`)).json()) as {
      status: { registry: { valid: boolean } };
    };
    return status.registry.valid;
  });
  await page.getByText('The registry file on disk can’t be used').waitFor({ state: 'hidden' });
});
