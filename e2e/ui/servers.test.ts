import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until, type TestGateway } from '../harness/gateway.ts';
import { callTool, toolNames } from '../harness/rpc.ts';
import { manage } from './harness/browser.ts';
import { applyStaged, openInterface, type OpenInterface } from './harness/openInterface.ts';
import { managementToken, registry, toolboxTools, vscode, writeTools } from './harness/stage.ts';

let opened: OpenInterface;
let gateway: TestGateway;
let page: Page;

beforeAll(async () => {
  opened = await openInterface();
  ({ gateway, page } = opened);
});
afterAll(() => opened.close());

test('a server starts, is tested and stops; hostile names and stderr are text with their hidden characters shown', async () => {
  await manage(page, gateway.origin, managementToken, '/ui/servers/toolbox');
  await page.getByText('What this server offers is not known yet').waitFor();
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await page.getByText('Tools (3)').waitFor();
  await page.getByText('Erases <img src=x onerror="document.title=1"> everything').waitFor();
  expect(await page.getByText('U+202E', { exact: true }).count()).toBe(1);
  await page.getByRole('button', { name: 'Test', exact: true }).click();
  await page.getByText('The test passed').waitFor();
  // The first of these answers has been taken in by the time that the second is here.
  for (let i = 0; i < 2; i++) await page.waitForResponse((answer) => answer.url().includes('/status'));
  expect(await page.getByText('The test passed').count()).toBe(1);
  await page.getByRole('tab', { name: 'Logs' }).click();
  const log = page.getByRole('region', { name: 'End of its standard error' });
  await log.getByText('<b>not bold</b>').waitFor();
  expect(await log.textContent()).toContain('U+202E');
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await page.getByText('idle', { exact: true }).waitFor();
  const events = (await gateway.audit())
    .filter((line) => line.server_id === 'toolbox')
    .map((line) => line.event);
  expect(events).toEqual(expect.arrayContaining(['server_start', 'server_exit']));
});

test('a tool ticked in the server’s policy is callable for everybody who may reach the server', async () => {
  await manage(page, gateway.origin, managementToken, '/ui/servers/toolbox');
  const erase = page.getByRole('checkbox', { name: 'erase' });
  await erase.waitFor();
  expect(await erase.isChecked()).toBe(false);
  await erase.check();
  await page.getByText('vscode gains 1 tool').waitFor();
  await applyStaged(page);
  expect((await callTool(gateway, vscode, 'toolbox__erase')).body.error).toBeUndefined();
});

test('a changed definition carries a mark until it was looked at', async () => {
  await toolNames(gateway, vscode);
  const [greet, ...others] = toolboxTools;
  await writeTools(gateway, [{ ...greet!, description: 'Greets, and now also tells' }, ...others]);
  await manage(page, gateway.origin, managementToken, '/ui/servers/toolbox');
  await page.getByRole('button', { name: 'Restart' }).click();
  await page.getByText('1 tool pending approval').waitFor();
  await page.getByRole('button', { name: 'Details of greet' }).click();
  await page.getByText('What differs: description').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Approve' }).click();
  await page.getByText('1 tool pending approval').waitFor({ state: 'hidden' });
});

test('a server is added by the form, granted, used, and removed again everywhere', async () => {
  const second = (await registry(gateway)).servers['memory'] as { command: string; args: string[] };
  await manage(page, gateway.origin, managementToken, '/ui/servers/new');
  await page.getByLabel('Id', { exact: true }).fill('notes');
  await page.getByLabel('Command').fill(second.command);
  await page.getByLabel('Arguments').fill(second.args.join('\n'));
  await page.getByRole('button', { name: 'Add variable' }).click();
  await page.getByLabel('Name of variable 1').fill('MEMORY_FILE_PATH');
  await page.getByLabel('Value of MEMORY_FILE_PATH').fill(`${gateway.folder}/notes.json`);
  await page.getByRole('button', { name: 'Add change', exact: true }).click();
  await page.getByRole('heading', { name: 'Changes', exact: true }).waitFor();
  await applyStaged(page);
  await page.goto(`${gateway.origin}/ui/clients/vscode`);
  await page.getByRole('checkbox', { name: 'notes' }).check();
  await applyStaged(page);
  await until('its tools are offered', async () =>
    (await toolNames(gateway, vscode)).includes('notes__read_graph'),
  );

  await page.goto(`${gateway.origin}/ui/servers/notes`);
  await page.getByRole('tab', { name: 'Settings' }).click();
  expect(await page.getByLabel('Value of MEMORY_FILE_PATH').inputValue()).toBe('');
  // A value does not follow to another program: the form asks for it again.
  await page.getByLabel('Arguments').fill([...second.args, '--other'].join('\n'));
  await page.getByText('Its secrets do not follow it there').waitFor();
  await page.getByRole('button', { name: 'Add change', exact: true }).click();
  await page.getByText('Fix the marked fields.').waitFor();
  await page.getByLabel('Value of MEMORY_FILE_PATH').fill(`${gateway.folder}/other.json`);
  await page.getByText('Its secrets do not follow it there').waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: 'Add change', exact: true }).click();
  await applyStaged(page);
  const moved = (await registry(gateway)).servers['notes'] as { args: string[]; env: object };
  expect([moved.args.at(-1), moved.env]).toEqual([
    '--other',
    { MEMORY_FILE_PATH: `${gateway.folder}/other.json` },
  ]);
  await page.goto(`${gateway.origin}/ui/servers/notes`);
  await page.getByRole('tab', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Add removal' }).click();
  await applyStaged(page);
  const after = await registry(gateway);
  expect(Object.keys(after.servers)).not.toContain('notes');
  expect(after.clients['vscode']?.allow_servers).toEqual(['toolbox']);
});

test('an entry that can’t be is rejected before anything is written, with its location and fix', async () => {
  const before = await registry(gateway);
  await manage(page, gateway.origin, managementToken, '/ui/servers/new');
  await page.getByRole('radio', { name: 'HTTP' }).check();
  await page.getByLabel('Id', { exact: true }).fill('far');
  await page.getByLabel('URL').fill('http://example.com/mcp');
  await page.getByRole('button', { name: 'Add change', exact: true }).click();
  await page
    .getByText(/servers\.far\.url/)
    .first()
    .waitFor();
  expect(await page.getByRole('button', { name: 'Apply…' }).isDisabled()).toBe(true);
  await page.getByRole('button', { name: 'Discard all' }).click();
  expect(await registry(gateway)).toEqual(before);
});

test('a secret is set and removed, and its value is never shown again', async () => {
  await manage(page, gateway.origin, managementToken, '/ui/servers');
  await page.getByLabel('Name of the secret').fill('API');
  await page.getByLabel('Value of the secret').fill('value-of-the-secret');
  await page.getByRole('button', { name: 'Set secret' }).click();
  await page.getByText('from secrets.yaml').waitFor();
  expect(await page.content()).not.toContain('value-of-the-secret');
  expect(await page.getByLabel('Value of the secret').inputValue()).toBe('');
  await page.getByRole('button', { name: 'Remove secret API' }).click();
  await page.getByText('from secrets.yaml').waitFor({ state: 'detached' });
});

test('a pasted configuration is previewed, its missing secret asked for, and its server imported', async () => {
  await manage(page, gateway.origin, managementToken, '/ui/servers/new');
  const config = { mcpServers: { pasted: { command: 'pasted-server', env: { KEY: '${input:key}' } } } };
  await page.getByLabel('Configuration').fill(JSON.stringify(config));
  await page.getByRole('button', { name: 'Preview import' }).click();
  await page.getByText('new as pasted').waitFor();
  await page.getByLabel('Value of pasted.KEY').fill('value-of-the-key');
  await page.getByRole('button', { name: 'Import these servers' }).click();
  await page.getByText('Imported.').waitFor();
  const text = await gateway.registryText();
  expect(text).toContain('${secret:pasted.KEY}');
  expect(text).not.toContain('value-of-the-key');
});
