import { expect, test } from 'vitest';
import { TestGateway } from '../harness/gateway.ts';
import { callTool, rpc } from '../harness/rpc.ts';
import { fixture } from '../harness/servers.ts';

const callers = ['red', 'blue'].map((id) => ({ id, token: `token-of-${id}-0123456789` }));

test('a thousand interleaved calls with equal ids: no answer crosses', async () => {
  await using gateway = await TestGateway.start({
    clients: {
      red: { token: callers[0]!.token, allow_servers: ['one', 'both'] },
      blue: { token: callers[1]!.token, allow_servers: ['two', 'both'] },
    },
    servers: {
      one: fixture('plain-server.ts'),
      two: fixture('plain-server.ts'),
      both: { ...fixture('plain-server.ts'), scope: 'shared' },
    },
  });
  const calls = Array.from({ length: 1_000 }, async (_, i) => {
    const caller = callers[i % 2]!;
    const server = i % 3 === 0 ? 'both' : caller.id === 'red' ? 'one' : 'two';
    const value = { of: caller.id, i };
    const params = { name: `${server}__echo`, arguments: value };
    const { body } = await rpc(gateway, caller, 'tools/call', params, { id: i % 7 });
    expect(body.id).toBe(i % 7);
    expect(body.result?.['structuredContent']).toEqual(value);
  });
  await Promise.all(calls);
  for (const [caller, server] of [
    [callers[0]!, 'two'],
    [callers[1]!, 'one'],
  ] as const) {
    expect((await callTool(gateway, caller, `${server}__echo`)).body.error?.code).toBe(-32003);
  }
});

test('two clients have an instance each, unless the registry says shared', async () => {
  await using gateway = await TestGateway.start({
    clients: Object.fromEntries(
      callers.map(({ id, token }) => [id, { token, allow_servers: ['own', 'shared'] }]),
    ),
    servers: { own: fixture('plain-server.ts'), shared: { ...fixture('plain-server.ts'), scope: 'shared' } },
  });
  const pids = async (server: string): Promise<Set<string>> =>
    new Set(
      await Promise.all(
        callers.map(async (caller) => (await callTool(gateway, caller, `${server}__pid`)).text),
      ),
    );
  expect((await pids('own')).size).toBe(2);
  expect((await pids('shared')).size).toBe(1);
  const first = await callTool(gateway, callers[0]!, 'own__pid');
  expect((await callTool(gateway, callers[0]!, 'own__pid')).text).toBe(first.text);
});
