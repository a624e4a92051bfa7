import { beforeAll, expect, test } from 'vitest';
import { longRun } from '../harness/atScale.ts';
import { callTool, searchTools, toolNames } from '../harness/rpc.ts';
import { accessibilityProblems, manage, overflow, screenshot } from './harness/browser.ts';
import { useInterface } from './harness/openInterface.ts';
import { SdkClient } from './harness/sdkClient.ts';
import { managementToken, registry, toolboxTools, vscode, writeTools } from './harness/stage.ts';

const ui = useInterface();
// More than Cursor supports.
const many = Array.from({ length: 90 }, (_, n) => ({
  name: `greet_${n}`,
  description: `Greets person ${n}. At length.`,
  inputSchema: { type: 'object' },
}));
beforeAll(() => writeTools(ui.gateway, [...toolboxTools, ...many]));
const open = (path: string): Promise<void> => manage(ui.page, ui.gateway.origin, managementToken, path);

async function screenshots(name: string): Promise<void> {
  for (const theme of longRun ? ['dark', 'light'] : []) {
    await ui.page.getByRole('button', { name: theme === 'dark' ? 'Dark' : 'Light' }).click();
    for (const width of [360, 1440]) {
      await ui.page.setViewportSize({ width, height: 1_600 });
      expect(await overflow(ui.page)).toBeLessThanOrEqual(0);
      await screenshot(ui.page, `${name}-${theme}-${width}`);
    }
  }
}

test('tells the size of a client’s list and warns of an application that supports fewer tools; previews another setting and applies it', async () => {
  const before = await toolNames(ui.gateway, vscode);
  await open('/ui/clients/vscode');
  const section = ui.page.getByRole('region', { name: 'Listed tools' });
  await section.getByText(`Is listed ${before.length} tools,`).waitFor();
  await section.getByRole('link', { name: 'toolbox' }).waitFor();
  {
    await using _cursor = await SdkClient.connect(ui.gateway, vscode, { name: 'cursor', mode: 'legacy' });
    await ui.page.reload();
    await section.getByText('cursor supports 80 tools.').waitFor();
  }
  await section.getByLabel('List', { exact: true }).selectOption('search');
  await section.getByText(`Would be listed ${searchTools.length} tools,`).waitFor();
  await section.getByText(`the ${before.length} tools that it may use`).waitFor();
  await section.getByText('Names that would be listed').click();
  await section.getByText('call_destructive_tool').waitFor();
  expect(await accessibilityProblems(ui.page)).toEqual([]);
  await screenshots('client-tools');
  expect(await toolNames(ui.gateway, vscode)).toEqual(before);
  await ui.page.getByRole('button', { name: 'Review' }).click();
  await ui.page.getByRole('button', { name: 'Apply…' }).click();
  await ui.page.getByRole('button', { name: 'Apply', exact: true }).click();
  await expect.poll(() => toolNames(ui.gateway, vscode)).toEqual(searchTools);
  const { clients } = (await registry(ui.gateway)) as { clients: Record<string, { tools?: unknown }> };
  expect(clients['vscode']?.tools).toBe('search');
});

test('counts searches without a hit', async () => {
  await callTool(ui.gateway, vscode, 'find_tools', { queries: ['xyzzyq'] });
  await open('/ui/clients/vscode');
  await ui.page.getByText('1 search since the gateway started, 1 without a hit.').waitFor();
});

test('finds a tool of any server, and says who may use it', async () => {
  await open('/ui/servers');
  const search = ui.page.getByRole('search', { name: 'Tools of all servers' });
  await search.getByRole('searchbox').fill('greeting somebody');
  const first = search.getByRole('listitem').first();
  await first.getByText('greet', { exact: true }).waitFor();
  await first.getByRole('link', { name: 'vscode' }).waitFor();
  expect(await accessibilityProblems(ui.page)).toEqual([]);
  await screenshots('find-tool');
  await search.getByRole('searchbox').fill('xyzzyq');
  await search.getByText(/^Nothing fits among \d+ tools?\./).waitFor();
});
