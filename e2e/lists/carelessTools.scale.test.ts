import { afterAll, beforeAll, expect, test } from 'vitest';
import { Codex } from '../harness/applications/codex.ts';
import { runGemini } from '../harness/applications/gemini.ts';
import { caller, offered, startCareless } from '../harness/carelessGateway.ts';
import type { TestGateway } from '../harness/gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startCareless();
});
afterAll(() => gateway[Symbol.asyncDispose]());

const repaired = 'careless__schema_missing';

test('offers all tools of all servers to Codex, which calls one that was repaired', async () => {
  await using codex = await Codex.start(gateway, caller);
  expect((await codex.tools()).sort()).toEqual(offered);
  expect(await codex.call(repaired, {})).toMatchObject({
    content: [{ type: 'text', text: 'called schema_missing' }],
  });
});

test('offers all tools of all servers to Gemini CLI, which calls one that was repaired', async () => {
  const session = await runGemini(gateway, caller, [{ name: repaired, args: {} }]);
  expect([...session.offered].sort()).toEqual(offered);
  expect(JSON.stringify(session.responses)).toContain('called schema_missing');
});
