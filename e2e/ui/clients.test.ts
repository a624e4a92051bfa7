import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { callTool, rpc, toolNames } from '../harness/rpc.ts';
import { accessibilityProblems, manage } from './harness/browser.ts';
import { useInterface } from './harness/openInterface.ts';
import { codex, managementToken, registry, vscode } from './harness/stage.ts';

const ui = useInterface();

async function shownToken(): Promise<string> {
  const token = await ui.page.getByRole('region', { name: 'The token' }).textContent();
  expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
  return token ?? '';
}

async function errorOf(id: string, token: string): Promise<number | undefined> {
  return (await rpc(ui.gateway, { id, token }, 'tools/list')).body.error?.code;
}

test('an added client’s token is shown once, works, and is nowhere in the file or the log', async () => {
  await manage(ui.page, ui.gateway.origin, managementToken, '/ui/clients');
  await ui.page.getByRole('button', { name: 'Add a client' }).click();
  await ui.page.getByLabel('Id').fill('cursor');
  await ui.page.getByRole('checkbox', { name: 'toolbox' }).check();
  await ui.page.getByRole('button', { name: 'Add', exact: true }).click();
  const token = await shownToken();
  const application = ui.page.getByLabel('Application');
  expect(await application.inputValue()).toBe('cursor');
  for (const app of ['VS Code', 'Codex', 'Claude Desktop', 'Claude Code', 'Cursor', 'Gemini CLI']) {
    await application.selectOption(app);
    expect(await ui.page.getByRole('region', { name: `Snippet for ${app}` }).textContent()).toContain(token);
  }
  expect(await accessibilityProblems(ui.page)).toEqual([]);
  await ui.page.getByRole('button', { name: 'I copied it' }).click();
  expect(await toolNames(ui.gateway, { id: 'cursor', token })).toContain('toolbox__greet');
  expect(await readFile(ui.gateway.registryPath, 'utf8')).not.toContain(token);
  expect(await readFile(ui.gateway.auditPath, 'utf8')).not.toContain(token);
  expect(await ui.page.content()).not.toContain(token);
});

test('a rotation keeps the previous token until it is retired', async () => {
  await manage(ui.page, ui.gateway.origin, managementToken, '/ui/clients/codex');
  await ui.page.getByRole('button', { name: 'Rotate the token…' }).click();
  await ui.page.getByRole('button', { name: 'Rotate', exact: true }).click();
  const token = await shownToken();
  await ui.page.getByRole('button', { name: 'I copied it' }).click();
  expect([await errorOf('codex', token), await errorOf('codex', codex.token)]).toEqual([
    undefined,
    undefined,
  ]);
  await ui.page.getByRole('button', { name: 'Retire the previous token' }).click();
  await ui.page.getByText('only the newest token is valid now').waitFor();
  expect([await errorOf('codex', token), await errorOf('codex', codex.token)]).toEqual([undefined, -32001]);
});

test('an application is connected by writing its file, waited for until its first call, and taken out again', async () => {
  const { page, gateway } = ui;
  const file = join(gateway.folder, '.config/Code/User/mcp.json');
  const own = '{\n\t"servers": {} // mine\n}\n';
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, own);
  await manage(page, gateway.origin, managementToken, '/ui/clients/vscode');
  const change = page.getByRole('region', { name: 'Change of the file of VS Code' });
  await change.getByText('<TOKEN>').waitFor();
  expect(await change.textContent()).not.toContain(vscode.token);
  expect(await readFile(file, 'utf8')).toBe(own);
  await page.getByRole('button', { name: 'Write it' }).click();
  await page.getByText('Waiting for VS Code to connect').waitFor();
  expect(await readFile(file, 'utf8')).toContain(vscode.token);
  await callTool(gateway, vscode, 'toolbox__greet', { name: 'Ada' });
  await page.getByText(/Connected ✓, first call/).waitFor();
  expect(await accessibilityProblems(page)).toEqual([]);
  await page.getByRole('button', { name: 'Take it out again' }).click();
  await change.waitFor();
  expect(await readFile(file, 'utf8')).toBe(own);
});

test('a bad id is rejected with a message', async () => {
  await manage(ui.page, ui.gateway.origin, managementToken, '/ui/clients');
  await ui.page.getByRole('button', { name: 'Add a client' }).click();
  await ui.page.getByLabel('Id').fill('codex');
  await ui.page.getByRole('button', { name: 'Add', exact: true }).click();
  await ui.page.getByRole('alert').waitFor();
  ui.complaints.length = 0; // The browser reports the 409 in its console; the person reads it in the form.
});

test('a removed client’s token is denied immediately', async () => {
  await manage(ui.page, ui.gateway.origin, managementToken, '/ui/clients/vscode');
  await ui.page.getByRole('button', { name: 'Remove this client…' }).click();
  await ui.page.getByRole('button', { name: 'Remove', exact: true }).click();
  await ui.page.getByText('vscode was removed').waitFor();
  expect(Object.keys((await registry(ui.gateway)).clients)).not.toContain('vscode');
  expect(await errorOf('vscode', 'token-of-vscode-0123456789abcdef')).toBe(-32001);
});

test('a client’s list of servers is shown whole, however long it is', async () => {
  const { toolbox } = (await registry(ui.gateway)).servers;
  const ids = Array.from({ length: 15 }, (_, index) => `server${String(index)}`);
  const servers = Object.fromEntries(ids.map((id) => [id, { ...toolbox, transport: 'stdio' }]));
  const answer = await fetch(`${ui.gateway.origin}/registry/apply`, {
    method: 'POST',
    headers: { 'X-Lmcp-Management-Token': managementToken, 'Content-Type': 'application/json' },
    body: JSON.stringify({ patch: { servers } }),
  });
  expect(await answer.json()).toMatchObject({ ok: true, applied: true });
  await manage(ui.page, ui.gateway.origin, managementToken, '/ui/clients/codex');
  await ui.page.getByRole('checkbox', { name: 'server14' }).waitFor();
  // Nothing inside of the page scrolls on its own: where scroll bars are hidden, the end of the list would not be found.
  const cut = await ui.page.evaluate<string[]>(`[...document.querySelectorAll('main ul')]
    .filter((list) => list.scrollHeight > list.clientHeight + 1).map((list) => list.textContent)`);
  expect(cut).toEqual([]);
});
