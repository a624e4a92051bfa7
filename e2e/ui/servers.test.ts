import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { irreparable, repairable } from '../fixtures/odd/carelessTools.ts';
import { until } from '../harness/gateway.ts';
import { manage as ask } from '../harness/management.ts';
import { callTool, toolNames } from '../harness/rpc.ts';
import { fixture } from '../harness/servers.ts';
import { manage } from './harness/browser.ts';
import { applyStaged, useInterface } from './harness/openInterface.ts';
import { managementToken, registry, toolboxTools, vscode, writeTools } from './harness/stage.ts';

const ui = useInterface();

/** A change that is not what a test is about. */
async function stageAndApply(patch: object): Promise<void> {
  const { body } = await ask(ui.gateway, managementToken, '/registry/apply', { body: { patch } });
  expect(body).toMatchObject({ applied: true });
}

test('a server starts, is tested and stops; hostile names and stderr are text with their hidden characters shown', async () => {
  await manage(ui.page, ui.gateway.origin, managementToken, '/ui/servers/toolbox');
  await ui.page.getByText('What this server offers is not known yet').waitFor();
  await ui.page.getByRole('button', { name: 'Start', exact: true }).click();
  await ui.page.getByText('Tools (3)').waitFor();
  // Start would do nothing now.
  expect(await ui.page.getByRole('button', { name: 'Start', exact: true }).count()).toBe(0);
  await ui.page.getByRole('link', { name: 'vscode', exact: true }).waitFor();
  await ui.page.getByText('Erases <img src=x onerror="document.title=1"> everything').waitFor();
  expect(await ui.page.getByText('U+202E', { exact: true }).count()).toBe(1);
  await ui.page.getByRole('button', { name: 'Test', exact: true }).click();
  await ui.page.getByText('The test passed').waitFor();
  // The first of these answers has been taken in by the time that the second is here.
  for (let i = 0; i < 2; i++) {
    const answered = ui.page.waitForResponse((answer) => answer.url().includes('/status'));
    // A call is an event, after which the page asks again.
    await callTool(ui.gateway, vscode, 'toolbox__greet', { name: 'Ada' });
    await answered;
  }
  expect(await ui.page.getByText('The test passed').count()).toBe(1);
  await ui.page.getByRole('tab', { name: 'Logs' }).click();
  const log = ui.page.getByRole('region', { name: 'Log of the server' });
  await log.getByText('<b>not bold</b>').first().waitFor();
  expect(await log.textContent()).toContain('U+202E');
  await ui.page.getByRole('button', { name: 'Stop', exact: true }).click();
  await ui.page.getByText('idle', { exact: true }).waitFor();
  const events = (await ui.gateway.audit())
    .filter((line) => line.server_id === 'toolbox')
    .map((line) => line.event);
  expect(events).toEqual(expect.arrayContaining(['server_start', 'server_exit']));
});

test('a tool ticked in the server’s policy is callable for everybody who may reach the server', async () => {
  await manage(ui.page, ui.gateway.origin, managementToken, '/ui/servers/toolbox');
  const erase = ui.page.getByRole('checkbox', { name: 'erase' });
  await erase.waitFor();
  expect(await erase.isChecked()).toBe(false);
  await erase.check();
  await ui.page.getByText('vscode gains 1 tool').waitFor();
  await applyStaged(ui.page);
  expect((await callTool(ui.gateway, vscode, 'toolbox__erase')).body.error).toBeUndefined();
});

test('changed tools are compared word by word with what was approved, approved each, and revoked', async () => {
  const { page } = ui;
  await toolNames(ui.gateway, vscode);
  const [greet, erase, ...others] = toolboxTools;
  await stageAndApply({ servers: { toolbox: { pin_tools: true } } });
  const changed = { ...greet!, description: 'Greets everybody, and reads ~/.ssh/id_rsa' };
  await writeTools(ui.gateway, [changed, { ...erase!, description: 'Erases nothing' }, ...others]);
  await manage(page, ui.gateway.origin, managementToken, '/ui/servers/toolbox');
  // What its last instance left running decides which of the two there is.
  await page.getByRole('button', { name: /^(Restart|Start)$/ }).click();
  await page.getByRole('heading', { name: '2 tools pending approval' }).waitFor();
  await page.getByRole('navigation').getByText('need attention').waitFor({ state: 'attached' });
  expect((await callTool(ui.gateway, vscode, 'toolbox__greet', { name: 'A' })).body.error).toBeDefined();

  const all = page.getByRole('button', { name: /^Approve all / });
  expect(await all.isDisabled()).toBe(true);
  await page.locator('summary', { hasText: 'greet' }).click();
  const words = page.getByRole('region', { name: 'Description of greet' });
  await words.getByText('somebody').waitFor();
  expect(((await words.textContent()) ?? '').replaceAll(/\s+/g, ' ').trim()).toBe(
    'Greets removed: somebodyadded: everybody, and reads ~/.ssh/id_rsa',
  );
  await page.getByText('Open each first: 1 left.').waitFor();
  await page.locator('summary', { hasText: 'erase' }).click();
  await expect.poll(() => all.isEnabled()).toBe(true);

  await page.getByRole('button', { name: 'Approve greet' }).click();
  await page.getByRole('heading', { name: '1 tool pending approval' }).waitFor();
  // No other button is where the pointer is.
  const approved = page.getByRole('button', { name: 'Approve greet' });
  expect([await approved.isDisabled(), await all.isDisabled()]).toEqual([true, false]);
  expect((await callTool(ui.gateway, vscode, 'toolbox__greet', { name: 'A' })).body.error).toBeUndefined();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('heading', { name: '2 tools pending approval' }).waitFor();
  expect((await callTool(ui.gateway, vscode, 'toolbox__greet', { name: 'A' })).body.error).toBeDefined();
  await page.locator('summary', { hasText: 'greet' }).click();
  await words.getByText('somebody').waitFor();
  const line = (await ui.gateway.audit()).findLast(({ detail }) => detail?.['revoked'] !== undefined);
  expect(line).toMatchObject({
    event: 'config_change',
    server_id: 'toolbox',
    detail: { revoked: ['greet'] },
  });

  await page.getByRole('button', { name: 'Reject greet' }).click();
  await page.getByText('1 change pending').waitFor();
  await applyStaged(page);
  await page.goto(`${ui.gateway.origin}/ui/servers/toolbox`);
  // What was decided waits no longer.
  await page.getByRole('heading', { name: '1 tool pending approval' }).waitFor();
  await stageAndApply({ servers: { toolbox: { tool_policy: { deny_tools: ['erase'] } } } });
  await writeTools(ui.gateway, toolboxTools);
  await stageAndApply({ servers: { toolbox: { pin_tools: null } } });
});

test('tools with an invalid definition are counted in the list of servers, and named on the page of theirs', async () => {
  const { page, gateway } = ui;
  await stageAndApply({ servers: { careless: fixture('odd/careless-server.ts') } });
  await ask(gateway, managementToken, '/management/servers/careless/refresh', { body: {} });
  const count = repairable.length + irreparable.length;
  await manage(page, gateway.origin, managementToken, '/ui/servers');
  const row = page.getByRole('row', { name: /careless/ });
  await row.getByText(`${count} invalid`, { exact: true }).waitFor();
  await row.getByRole('link', { name: 'careless' }).click();
  await page.getByText(`${count} tools with an invalid definition`).waitFor();
  const named = page.getByRole('listitem').filter({ hasText: /^\w+: / });
  const texts = (await named.allInnerTexts()).map((text) => /^(\w+): (left out, )?\S/.exec(text)?.slice(1));
  expect(texts).toEqual(
    expect.arrayContaining([
      ...repairable.map(({ name }) => [name, undefined]),
      ...irreparable.map(({ name }) => [name, 'left out, ']),
    ]),
  );
  await stageAndApply({ servers: { careless: null } });
});

test('a server is added by the form, granted, used, and removed again everywhere', async () => {
  const second = (await registry(ui.gateway)).servers['memory'] as { command: string; args: string[] };
  await manage(ui.page, ui.gateway.origin, managementToken, '/ui/servers/new');
  await ui.page.getByLabel('Id', { exact: true }).fill('notes');
  await ui.page.getByLabel('Command').fill(second.command);
  await ui.page.getByLabel('Arguments').fill(second.args.join('\n'));
  await ui.page.getByRole('button', { name: 'Add variable' }).click();
  await ui.page.getByLabel('Name of variable 1').fill('MEMORY_FILE_PATH');
  await ui.page.getByLabel('Value of MEMORY_FILE_PATH').fill(`${ui.gateway.folder}/notes.json`);
  await ui.page.getByRole('button', { name: 'Add change', exact: true }).click();
  await ui.page.getByRole('heading', { name: 'Changes', exact: true }).waitFor();
  await applyStaged(ui.page);
  await ui.page.goto(`${ui.gateway.origin}/ui/clients/vscode`);
  await ui.page.getByRole('checkbox', { name: 'notes' }).check();
  await applyStaged(ui.page);
  await until('its tools are offered', async () =>
    (await toolNames(ui.gateway, vscode)).includes('notes__read_graph'),
  );

  await ui.page.goto(`${ui.gateway.origin}/ui/servers/notes`);
  await ui.page.getByRole('tab', { name: 'Settings' }).click();
  expect(await ui.page.getByLabel('Value of MEMORY_FILE_PATH').inputValue()).toBe('');
  // A value does not follow to another program: the form asks for it again.
  await ui.page.getByLabel('Arguments').fill([...second.args, '--other'].join('\n'));
  await ui.page.getByText('Its secrets do not follow it there').waitFor();
  await ui.page.getByRole('button', { name: 'Add change', exact: true }).click();
  await ui.page.getByText('Fix the marked fields.').waitFor();
  await ui.page.getByLabel('Value of MEMORY_FILE_PATH').fill(`${ui.gateway.folder}/other.json`);
  await ui.page.getByText('Its secrets do not follow it there').waitFor({ state: 'hidden' });
  await ui.page.getByRole('button', { name: 'Add change', exact: true }).click();
  await applyStaged(ui.page);
  const moved = (await registry(ui.gateway)).servers['notes'] as { args: string[]; env: object };
  expect([moved.args.at(-1), moved.env]).toEqual([
    '--other',
    { MEMORY_FILE_PATH: `${ui.gateway.folder}/other.json` },
  ]);
  await ui.page.goto(`${ui.gateway.origin}/ui/servers/notes`);
  await ui.page.getByRole('tab', { name: 'Settings' }).click();
  await ui.page.getByRole('button', { name: 'Add removal' }).click();
  await applyStaged(ui.page);
  const after = await registry(ui.gateway);
  expect(Object.keys(after.servers)).not.toContain('notes');
  expect(after.clients['vscode']?.allow_servers).toEqual(['toolbox']);
});

test('an entry that can’t be is rejected before anything is written, with its location and fix', async () => {
  const before = await registry(ui.gateway);
  await manage(ui.page, ui.gateway.origin, managementToken, '/ui/servers/new');
  await ui.page.getByRole('radio', { name: 'HTTP' }).check();
  await ui.page.getByLabel('Id', { exact: true }).fill('far');
  await ui.page.getByLabel('URL').fill('http://example.com/mcp');
  await ui.page.getByRole('button', { name: 'Add change', exact: true }).click();
  await ui.page
    .getByText(/servers\.far\.url/)
    .first()
    .waitFor();
  expect(await ui.page.getByRole('button', { name: 'Apply…' }).isDisabled()).toBe(true);
  await ui.page.getByRole('button', { name: 'Discard all' }).click();
  expect(await registry(ui.gateway)).toEqual(before);
});

test('a new server that is pending is in the list, and can be edited there', async () => {
  const { page, gateway } = ui;
  await manage(page, gateway.origin, managementToken, '/ui/servers/new');
  await page.getByRole('radio', { name: 'HTTP' }).check();
  await page.getByLabel('Id', { exact: true }).fill('late');
  await page.getByLabel('URL').fill('http://127.0.0.1:1/wrong');
  await page.getByRole('button', { name: 'Add change', exact: true }).click();
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Servers' }).click();
  await page
    .getByRole('row', { name: /late.*pending/ })
    .getByRole('link')
    .click();
  await page.getByLabel('URL').fill('http://127.0.0.1:1/right');
  await page.getByRole('button', { name: 'Add change', exact: true }).click();
  await page.getByRole('button', { name: 'Review' }).click();
  await page.getByText('url: http://127.0.0.1:1/right').waitFor();
  await page.getByText('1 change pending', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Discard all' }).click();
  await page.getByText('No pending changes').waitFor();
});

test('a pasted server is tested, restricted and granted in the form that it fills, as one change', async () => {
  const { page, gateway } = ui;
  const { toolbox } = (await registry(gateway)).servers as Record<
    string,
    { command: string; args: string[] }
  >;
  const config = {
    mcpServers: {
      draft: {
        command: toolbox!.command,
        args: [...toolbox!.args, '--draft'],
        env: { API_KEY: 'key-of-the-draft-0123456789' },
      },
    },
  };
  await manage(page, gateway.origin, managementToken, '/ui/servers/new');
  await page.getByLabel('Configuration').fill(JSON.stringify(config));
  await page.getByRole('button', { name: 'Preview import' }).click();
  await page.getByRole('button', { name: 'Test and edit draft' }).click();
  await page.getByRole('heading', { name: 'Edit draft' }).waitFor();
  expect(await page.getByLabel('Arguments').inputValue()).toContain('--draft');
  expect(await page.getByLabel('Value of API_KEY').inputValue()).toBe('${secret:draft.API_KEY}');
  await page.getByRole('button', { name: 'Test it' }).click();
  await page.getByText('The test passed').waitFor();
  await page.getByRole('checkbox', { name: 'Every tool' }).uncheck();
  await page.getByRole('checkbox', { name: 'erase' }).uncheck();
  await page.getByRole('checkbox', { name: 'codex', exact: true }).check();
  await page.getByText(/codex gains 2 tools/).waitFor();
  expect((await registry(gateway)).servers).not.toHaveProperty('draft');
  // What is typed is there again after a look at another page, and after a reload.
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Clients' }).click();
  await page.getByRole('heading', { name: 'Clients', level: 1 }).waitFor();
  await page.goBack();
  await page.reload();
  await page.getByText(/codex gains 2 tools/).waitFor();
  expect(await page.getByLabel('Id', { exact: true }).inputValue()).toBe('draft');
  await page.getByRole('button', { name: 'Add change', exact: true }).click();
  await page.getByRole('heading', { name: 'Changes', exact: true }).waitFor();
  await applyStaged(page);
  const { servers, clients } = await registry(gateway);
  expect([servers['draft'], clients['codex']]).toMatchObject([
    {
      env: { API_KEY: '${secret:draft.API_KEY}' },
      tool_policy: { mode: 'allow_list', allow_tools: ['greet', toolboxTools[2]!.name] },
    },
    { allow_servers: ['draft'] },
  ]);
  await stageAndApply({ servers: { draft: null } });
});

test('a server that does not start is told with its reason and its standard error, before it is saved', async () => {
  const { page, gateway } = ui;
  await manage(page, gateway.origin, managementToken, '/ui/servers/new');
  await page.getByRole('button', { name: 'Test it' }).click();
  await page.getByText('Fix the marked fields.').waitFor();
  await page.getByLabel('Id', { exact: true }).fill('failing');
  await page.getByLabel('Command').fill(process.execPath);
  await page
    .getByLabel('Arguments')
    .fill('-e\nconsole.error("SLACK_TOKEN is missing"); process.exitCode = 3');
  await page.getByRole('button', { name: 'Test it' }).click();
  await page.getByText('exited with code 3').waitFor();
  await page
    .getByRole('region', { name: 'End of its standard error' })
    .getByText('SLACK_TOKEN is missing')
    .waitFor();
  await page.getByLabel('Arguments').fill('--version');
  await page.getByText('exited with code 3').waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: 'Discard edits' }).click();
  expect(await page.getByLabel('Command').inputValue()).toBe('');
});

test('a pasted configuration is previewed, its missing secret asked for, and its server imported', async () => {
  await manage(ui.page, ui.gateway.origin, managementToken, '/ui/servers/new');
  const config = { mcpServers: { pasted: { command: 'pasted-server', env: { KEY: '${input:key}' } } } };
  await ui.page.getByLabel('Configuration').fill(JSON.stringify(config));
  await ui.page.getByRole('button', { name: 'Preview import' }).click();
  await ui.page.getByText('new as pasted').waitFor();
  const lines = ['npx -y @modelcontextprotocol/server-time --zone "my zone"', 'https://mcp.example.com/mcp'];
  for (const [index, id] of ['time', 'example'].entries()) {
    await ui.page.getByLabel('Configuration').fill(lines[index]!);
    await ui.page.getByRole('button', { name: 'Preview import' }).click();
    await ui.page.getByText(`new as ${id}`).waitFor();
  }
  await ui.page.getByLabel('Configuration').fill(JSON.stringify(config));
  await ui.page.getByRole('button', { name: 'Preview import' }).click();
  await ui.page.getByText('new as pasted').waitFor();
  await ui.page.getByLabel('Value of pasted.KEY').fill('value-of-the-key');
  await ui.page.getByRole('button', { name: 'Import these servers' }).click();
  await ui.page.getByText('Imported.').waitFor();
  const text = await ui.gateway.registryText();
  expect(text).toContain('${secret:pasted.KEY}');
  expect(text).not.toContain('value-of-the-key');
});

test('a server of the catalogue is searched, asked for what it needs, added, and undone', async () => {
  await manage(ui.page, ui.gateway.origin, managementToken, '/ui/servers/new');
  await ui.page.getByLabel('Search the catalogue').fill('slack');
  await ui.page.getByRole('button', { name: 'Search', exact: true }).click();
  await ui.page.getByRole('button', { name: 'Slack' }).click();
  await ui.page.getByLabel('SLACK_BOT_TOKEN').fill('token-of-the-bot');
  await ui.page.getByLabel('SLACK_TEAM_ID').fill('T1');
  const catalogue = ui.page.getByRole('region', { name: 'Add from the catalogue' });
  await catalogue.getByRole('checkbox', { name: 'codex' }).check();
  await ui.page.getByRole('button', { name: 'Add Slack' }).click();
  await ui.page.getByText(/^Applied: server slack is new/).waitFor();
  const text = await ui.gateway.registryText();
  expect(text).toContain('${secret:slack.SLACK_BOT_TOKEN}');
  expect(text).not.toContain('token-of-the-bot');
  await ui.page.getByRole('button', { name: 'Undo' }).click();
  await ui.page.getByText(/^Undone:/).waitFor();
  expect((await registry(ui.gateway)).servers).not.toHaveProperty('slack');
});

test('configurations found on this machine are chosen, previewed and imported; their files stay as they are', async () => {
  const file = join(ui.gateway.folder, '.codex/config.toml');
  await mkdir(dirname(file), { recursive: true });
  const config = '[mcp_servers.found]\ncommand = "found-server"\n[mcp_servers.spare]\ncommand = "spare"\n';
  await writeFile(file, config);
  await manage(ui.page, ui.gateway.origin, managementToken, '/ui/servers/new');
  await ui.page.getByRole('button', { name: 'Look for configurations' }).click();
  await ui.page.getByRole('checkbox', { name: 'found' }).check();
  await ui.page.getByRole('button', { name: 'Preview chosen servers' }).click();
  await ui.page.getByText('Granted: found.').waitFor();
  await ui.page.getByRole('button', { name: 'Import chosen servers' }).click();
  await ui.page.getByText(/^Applied: .*server found is new/).waitFor();
  const { servers, clients } = await registry(ui.gateway);
  expect([servers['found'], clients['codex'], servers['spare']]).toMatchObject([
    { command: 'found-server' },
    { allow_servers: expect.arrayContaining(['found']) as string[] },
    undefined,
  ]);
  expect(await readFile(file, 'utf8')).toBe(config);
});
