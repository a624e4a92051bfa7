import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
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
