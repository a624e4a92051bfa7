import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runToEnd } from '../harness/commandLine.ts';
import { root, TestGateway, until } from '../harness/gateway.ts';
import { fixture } from '../harness/servers.ts';

const registry = {
  clients: { tester: { token: 'token-of-tester-0123456789', allow_servers: ['plain'] } },
  servers: { plain: fixture('plain-server.ts') },
};

test.each(['SIGKILL', 'SIGTERM'] as const)(
  'npm start that ends by %s leaves no gateway: it drains and closes its log',
  async (signal) => {
    await using gateway = await TestGateway.prepare(registry);
    const runtime = join(gateway.folder, 'runtime');
    await mkdir(runtime, { mode: 0o700 });
    const launcher = spawn(
      process.execPath,
      [join(root, 'gateway/setup/start.mjs'), '--no-open', '--registry', gateway.registryPath],
      { env: { ...process.env, XDG_RUNTIME_DIR: runtime }, stdio: 'ignore' },
    );
    const ended = once(launcher, 'exit');
    const answers = (): Promise<boolean> =>
      fetch(`${gateway.origin}/health`).then(
        ({ ok }) => ok,
        () => false,
      );
    await until('the gateway answers', answers, 120_000);
    launcher.kill(signal);
    await ended;
    await until('nobody listens', async () => !(await answers()));
    await until('the log is closed', async () => (await gateway.audit()).at(-1)?.event === 'audit_close');
    expect((await gateway.cli('status')).code).toBe(1);
  },
);

test('the command of a checkout runs from its sources, as a command and as the bridge', async () => {
  await using gateway = await TestGateway.start(registry);
  const run = (args: string[], input?: string): ReturnType<typeof runToEnd> =>
    runToEnd(
      [join(root, 'gateway/bin/lmcp.mjs'), ...args, '--registry', gateway.registryPath],
      { cwd: gateway.folder, env: { HOME: gateway.folder, PATH: process.env['PATH'] } },
      input,
    );
  expect(await run(['validate'])).toMatchObject({ code: 0, stderr: '' });
  const bridged = await run(
    ['stdio', '--client', 'tester'],
    '{"jsonrpc":"2.0","id":1,"method":"tools/list"}\n',
  );
  expect(bridged.stdout, bridged.stderr).toContain('plain__echo');
});
