import { expect, test } from 'vitest';
import { accessibilityProblems, manage } from './harness/browser.ts';
import { useInterface } from './harness/openInterface.ts';
import { managementToken } from './harness/stage.ts';

const ui = useInterface();

async function apply(servers: object): Promise<void> {
  const response = await fetch(`${ui.gateway.origin}/registry/apply`, {
    method: 'POST',
    headers: { 'X-Lmcp-Management-Token': managementToken, 'Content-Type': 'application/json' },
    body: JSON.stringify({ patch: { servers } }),
  });
  expect(await response.json()).toMatchObject({ ok: true, applied: true });
}

async function testServer(id: string): Promise<void> {
  await ui.page.goto(`${ui.gateway.origin}/ui/servers/${id}`);
  await ui.page.getByRole('button', { name: 'Test', exact: true }).click();
  await ui.page.getByText(/^The test (?:passed|failed)$/).waitFor();
}

test('a server that fails is named first, with its reason, its last words and what helps', async () => {
  const script = 'console.error("SLACK_BOT_TOKEN is required"); process.exit(3)';
  await apply({ slack: { transport: 'stdio', command: process.execPath, args: ['-e', script] } });
  await manage(ui.page, ui.gateway.origin, managementToken, '/ui/');
  await testServer('slack');
  await ui.page.getByRole('link', { name: 'Overview' }).click();
  const attention = ui.page.getByRole('region', { name: 'Needs attention' });
  await attention.getByText('SLACK_BOT_TOKEN is required').waitFor();
  await attention.getByText(/exited with code 3/).waitFor();
  expect(await accessibilityProblems(ui.page)).toEqual([]);
  await attention.getByRole('link', { name: 'View logs' }).click();
  await ui.page.getByRole('tab', { name: 'Logs', selected: true }).waitFor();
  expect(new URL(ui.page.url()).search).toBe('?tab=logs');
  await ui.page.reload();
  await ui.page.getByRole('tab', { name: 'Logs', selected: true }).waitFor();

  await ui.page
    .getByRole('navigation')
    .getByRole('link', { name: /^Servers/ })
    .click();
  await expect.poll(() => ui.page.locator('main tbody tr').first().textContent()).toMatch(/^\s*slack/);
});

test('a server that works again no longer shows its last failure', async () => {
  const script = 'process.exit(3)';
  await apply({ fixed: { transport: 'stdio', command: process.execPath, args: ['-e', script] } });
  await manage(ui.page, ui.gateway.origin, managementToken, '/ui/');
  await testServer('fixed');
  await ui.page.getByText('Failing', { exact: true }).waitFor();
  const response = await fetch(`${ui.gateway.origin}/registry/view`, {
    headers: { 'X-Lmcp-Management-Token': managementToken },
  });
  const { registry } = (await response.json()) as {
    registry: { servers: Record<string, { command: string; args: string[] }> };
  };
  const { toolbox } = registry.servers;
  await apply({ fixed: { command: toolbox?.command, args: toolbox?.args } });
  await testServer('fixed');
  await ui.page.getByText('The test passed').waitFor();
  await ui.page.getByText('Failing', { exact: true }).waitFor({ state: 'detached' });
});

test('a server that is down stays failing after a test', async () => {
  await apply({ down: { transport: 'http', url: 'http://127.0.0.1:9/mcp' } });
  await manage(ui.page, ui.gateway.origin, managementToken, '/ui/');
  await testServer('down');
  await ui.page.getByText('Failing', { exact: true }).waitFor();
  await ui.page
    .getByRole('navigation')
    .getByRole('link', { name: /^Servers/ })
    .click();
  await ui.page
    .getByRole('row')
    .filter({ hasText: 'down' })
    .getByText(/could not be reached|no answer|refused/i)
    .waitFor();
});
