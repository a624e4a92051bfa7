import { afterAll, beforeAll, expect, test } from 'vitest';
import { Codex } from '../harness/applications/codex.ts';
import { runGemini } from '../harness/applications/gemini.ts';
import { TestGateway } from '../harness/gateway.ts';
import { callerNamed, searchTools } from '../harness/rpc.ts';
import { everything, fixture, memory, packaged } from '../harness/servers.ts';

const caller = callerNamed('tester');
const granted = ['everything', 'memory', 'browser', 'images', 'plain'];
const queries = ['repeat what I say', 'echo', 'echoes back the input'];
const echo = { name: 'everything__echo', arguments: { message: 'through the search' } };

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await TestGateway.start({
    clients: { tester: { token: caller.token, allow_servers: granted, tools: { max: 20 } } },
    servers: {
      everything: everything(),
      memory: memory(),
      browser: packaged('@playwright/mcp/cli.js', '--headless'),
      images: packaged('comfyui-mcp/dist/index.js'),
      plain: fixture('plain-server.ts'),
    },
  });
});
afterAll(() => gateway[Symbol.asyncDispose]());

/** By the class that the server gives its tool. */
async function calledBy(): Promise<string> {
  await using codex = await Codex.start(gateway, caller);
  expect((await codex.tools()).sort()).toEqual([...searchTools].sort());
  const found = (await codex.call('find_tools', { queries })) as { content: { text: string }[] };
  const { tools } = JSON.parse(found.content[0]?.text ?? '') as { tools: { name: string; call: string }[] };
  expect(tools[0]?.name).toBe(echo.name);
  const by = tools[0]?.call ?? '';
  expect(JSON.stringify(await codex.call(by, echo))).toContain('through the search');
  return by;
}

test('Codex and Gemini CLI search where there are more tools than max, and call what they find', async () => {
  const by = await calledBy();
  const session = await runGemini(gateway, caller, [
    { name: 'find_tools', args: { queries } },
    { name: by, args: echo },
  ]);
  expect([...session.offered].sort()).toEqual([...searchTools].sort());
  expect(JSON.stringify(session.responses)).toContain('through the search');
});
