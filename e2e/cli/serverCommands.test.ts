import { expect, test } from 'vitest';
import { runLmcp } from '../harness/commandLine.ts';
import { TestGateway, until } from '../harness/gateway.ts';
import { PtyProcess } from '../harness/processes/ptyProcess.ts';
import { callerNamed, rpc } from '../harness/rpc.ts';
import { fixture } from '../harness/servers.ts';

const tester = callerNamed('tester');
const management = 'token-of-the-manager-0123456789';
const registry = {
  lmcp: { management_token: management },
  clients: {
    tester: { token: tester.token, allow_servers: ['plain'], tool_policy: { plain: { mode: 'allow_all' } } },
  },
  servers: { plain: fixture('plain-server.ts') },
};

test('servers are added, granted, disabled, enabled, revoked and removed; a running gateway follows', async () => {
  await using gateway = await TestGateway.start(registry);
  const lmcp = async (...args: string[]) => {
    const { code, stdout, stderr } = await runLmcp(gateway.folder, args);
    return { code, stdout, stderr };
  };
  const json = async (...args: string[]) => JSON.parse((await lmcp(...args, '--json')).stdout) as unknown;
  const servers = async (): Promise<string[]> => {
    const { body } = await rpc(gateway, tester, 'tools/list');
    const tools = body.result?.['tools'] as { name: string }[];
    return [...new Set(tools.map(({ name }) => name.split('__')[0] ?? ''))].sort();
  };
  const becomes = (wanted: string[]) =>
    until(`the client has ${wanted.join(', ')}`, async () => (await servers()).join() === wanted.join());

  const { command, args } = fixture('plain-server.ts');
  const added = await lmcp('server', 'add', 'second', '--env', 'KEY=a=b', '--', command, ...args);
  expect(added).toEqual({ code: 0, stdout: '', stderr: 'lmcp: server second is new (process)\n' });
  expect(await json('server', 'list')).toMatchObject([
    { server_id: 'plain', enabled: true, clients: ['tester'] },
    { server_id: 'second', enabled: true, runs: command, clients: [] },
  ]);
  expect(await servers()).toEqual(['plain']);

  expect(await json('grant', 'tester', 'second')).toEqual({
    applied: true,
    changes: ['client tester: may now use second'],
    impact: ['tester gains the tools of second (not known yet)'],
  });
  await becomes(['plain', 'second']);
  expect(await json('grant', 'tester', 'second')).toEqual({ applied: false, changes: [], impact: [] });

  expect((await lmcp('server', 'disable', 'plain')).code).toBe(0);
  await becomes(['second']);
  expect((await lmcp('server', 'restart', 'plain')).stderr).toContain('It is disabled.');
  expect((await lmcp('server', 'enable', 'plain')).code).toBe(0);
  await becomes(['plain', 'second']);
  expect((await lmcp('server', 'restart', 'plain')).stderr).toBe('lmcp: plain was restarted\n');
  expect((await lmcp('logs', 'plain')).code).toBe(0);

  expect((await lmcp('revoke', 'tester', 'second')).code).toBe(0);
  await becomes(['plain']);

  // Without a terminal nobody can be asked.
  expect(await lmcp('server', 'remove', 'plain')).toMatchObject({ code: 1 });
  expect(await json('server', 'remove', 'plain', '--yes')).toMatchObject({ applied: true });
  await becomes([]);
  expect(await json('server', 'list')).toMatchObject([{ server_id: 'second' }]);
  const changes = (await gateway.audit()).filter(({ event }) => event === 'config_change');
  expect(changes).toHaveLength(6);
});

test.each([
  [['server', 'add', 'plain', '--', 'x'], 'is there already'],
  [['server', 'add', 'new'], 'name what the server is'],
  [['server', 'add', 'new', '--url', 'http://127.0.0.1:1', '--', 'x'], 'name what the server is'],
  [['server', 'add', 'new', '--env', 'secret', '--', 'x'], '--env takes NAME=value'],
  [['server', 'add', 'a__b', '--', 'x'], "can't be the id of a server"],
  [['server', 'disable', 'nonesuch'], 'has no server nonesuch'],
  [['grant', 'nobody', 'plain'], 'has no client nobody'],
  [['revoke', 'tester', 'nonesuch'], 'has no server nonesuch'],
])('lmcp %j is rejected and changes nothing', async (args, message) => {
  await using gateway = await TestGateway.prepare(registry);
  const before = await gateway.registryText();
  const { code, stderr } = await runLmcp(gateway.folder, args);
  expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  expect(await gateway.registryText()).toBe(before);
});

test.each([{}, { management_token_sha256: 'a'.repeat(64) }])(
  'commands of management need no token in clear with %j, and leave no session',
  async (lmcp) => {
    await using gateway = await TestGateway.start({ ...registry, lmcp });
    const commands = [
      ['tools', 'list', 'plain'],
      ['logs', 'plain'],
      ['server', 'restart', 'plain'],
    ];
    for (const command of commands) {
      const { code, stderr } = await runLmcp(gateway.folder, command);
      expect([command.join(' '), code, stderr.includes('token')]).toEqual([command.join(' '), 0, false]);
    }
    const signIns = (await gateway.audit()).flatMap(({ detail }) => detail?.['sign_in'] ?? []);
    const count = (what: string): number => signIns.filter((one) => one === what).length;
    expect([count('session'), count('ended')]).toEqual([3, 3]);
    await gateway.writeRegistry({ ...registry, lmcp: { ...lmcp, browser_sign_in: false } });
    await until('links are forbidden', async () => (await gateway.cli('open', '--print')).code === 1);
    const { code, stderr } = await runLmcp(gateway.folder, ['logs', 'plain']);
    expect([code, stderr]).toEqual([1, expect.stringContaining('browser_sign_in')]);
  },
);

test('lmcp logs --follow prints what a server adds, whole and escaped, until it is ended', async () => {
  await using gateway = await TestGateway.start({
    ...registry,
    servers: { plain: fixture('secret-server.ts') },
  });
  const log = PtyProcess.start(gateway.folder, ['logs', 'plain', '--follow'], {});
  const starts = (): number => log.output.split('started with').length - 1;
  await rpc(gateway, tester, 'tools/list');
  await until('its first line is shown', () => starts() === 1);
  // A new instance begins a new end of stderr.
  expect((await runLmcp(gateway.folder, ['server', 'restart', 'plain'])).code).toBe(0);
  await until('the line of the new start is shown', () => starts() === 2);
  log.type('\u0003');
  expect(await log.exited).toBe(0);
  const both = await runLmcp(gateway.folder, ['logs', 'plain', '--follow', '--json']);
  expect([both.code, both.stderr]).toEqual([2, expect.stringContaining('--follow')]);
});
