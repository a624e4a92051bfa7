import { expect, test } from 'vitest';
import { TestGateway } from '../harness/gateway.ts';
import { callerNamed, rpc } from '../harness/rpc.ts';
import { fixture } from '../harness/servers.ts';

const caller = callerNamed('tester');
const server = {
  ...fixture('plain-server.ts'),
  tool_policy: { mode: 'allow_all', deny_tools: ['add'] },
};
const names = ['one', 'two', 'three'];

test('at SIGTERM the log is closed, with its counted repeats, though servers are stopped in the middle of calls', async () => {
  await using gateway = await TestGateway.start({
    clients: { tester: { token: caller.token, allow_servers: names } },
    servers: Object.fromEntries(names.map((name) => [name, server])),
  });
  const call = (server: string, name: string, args = {}) =>
    rpc(gateway, caller, 'tools/call', { name, arguments: args }, { path: `/mcp/${server}` });
  const pids: number[] = [];
  for (const name of names) {
    const { body } = await call(name, 'pid');
    const [{ text }] = (body.result as { content: [{ text: string }] }).content;
    pids.push(Number(text));
  }
  for (let i = 0; i < 5; i++) expect((await call('one', 'add')).body).toHaveProperty('error');
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  const running = names.map((name) => call(name, 'slow', { ms: 1 }).catch(() => undefined));
  const forwarded = async (): Promise<number> =>
    (await gateway.audit()).filter((line) => line.event === 'tool_authz' && line.tool_name === 'slow').length;
  await expect.poll(forwarded, { timeout: 20_000 }).toBe(names.length);
  expect(await gateway.stop()).toBe(0);
  await Promise.all(running);
  const lines = await gateway.audit();
  const denials = lines.filter((line) => line.event === 'tool_authz' && line.allowed === false);
  expect(denials.map(({ detail }) => detail?.['count'] ?? 1)).toEqual([1, 4]);
  expect(lines.filter((line) => line.event === 'tool_result' && line.tool_name === 'slow')).toHaveLength(3);
  expect(lines.at(-1)).toMatchObject({ event: 'audit_close' });
  const verified = await gateway.cli('audit', 'verify');
  expect(verified.code).toBe(0);
  for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});
