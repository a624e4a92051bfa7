import { expect, test } from 'vitest';
import { TestGateway } from '../harness/gateway.ts';
import { manage as ask } from '../harness/management.ts';
import { callTool, toolNames } from '../harness/rpc.ts';
import { memory } from '../harness/servers.ts';
import { accessibilityProblems, openPage, sharedBrowser } from './harness/browser.ts';
import { managementToken, vscode } from './harness/stage.ts';

test('an empty gateway leads to its first call, and the list then goes away for good', async () => {
  await using gateway = await TestGateway.start({ lmcp: { management_token: managementToken } });
  const { page, complaints } = await openPage(await sharedBrowser(), gateway.origin);
  const list = page.getByRole('region', { name: 'Until the first call' });
  const done = (): Promise<number> => list.getByText(': done').count();
  await page.goto(`${gateway.origin}/ui/`);
  await list.getByText('lmcp open').waitFor();
  expect(await accessibilityProblems(page)).toEqual([]);
  await list.getByRole('button', { name: 'Sign in' }).click();
  await page.getByLabel('Management token').fill(managementToken);
  await page.keyboard.press('Enter');

  await list.getByRole('link', { name: 'Add a server' }).waitFor();
  expect(await done()).toBe(1);
  const client = { token: vscode.token, allow_servers: ['memory'] };
  const patch = { servers: { memory: memory() }, clients: { vscode: client } };
  const { body } = await ask(gateway, managementToken, '/registry/apply', { body: { patch } });
  expect(body).toMatchObject({ applied: true });
  await list.getByText('Connect vscode').waitFor();
  await expect.poll(done).toBe(2);
  expect(await list.getByRole('link', { name: 'Show how' }).getAttribute('href')).toMatch(
    /\/ui\/clients\/vscode$/,
  );

  await toolNames(gateway, vscode);
  await expect.poll(done).toBe(3);
  await list.getByText('Waiting: ask the application').waitFor();
  await callTool(gateway, vscode, 'memory__read_graph');
  await page.getByText('The first call has ended').waitFor();
  await list.waitFor({ state: 'detached' });
  await page.reload();
  await page.getByRole('link', { name: /^Calls 1/ }).waitFor();
  expect(await list.count()).toBe(0);
  expect(complaints).toEqual([]);
  await page.context().close();
});
