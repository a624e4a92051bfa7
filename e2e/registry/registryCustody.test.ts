import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runLmcp } from '../harness/commandLine.ts';
import { TestGateway, until } from '../harness/gateway.ts';
import { fixture } from '../harness/servers.ts';

const registry = {
  clients: { tester: { token: 'token-of-tester-0123456789', allow_servers: ['plain'] } },
  servers: { plain: fixture('plain-server.ts') },
};

const commands = [
  ['serve', '--no-open'],
  ['call', 'plain', 'echo'],
  ['test', 'plain'],
  ['status'],
  ['validate'],
];

test('no command uses a registry that everybody may change: each says what ends that, and nothing runs', async () => {
  await using gateway = await TestGateway.prepare(registry);
  const config = join(gateway.folder, 'config');
  chmodSync(config, 0o777);
  for (const command of commands) {
    const { code, stderr } = await gateway.cli(...command);
    expect([command, code]).toEqual([command, 2]);
    expect(stderr).toContain(`everybody may change ${config}. Run: chmod o-w ${config}`);
  }
  expect(existsSync(gateway.auditPath)).toBe(false);
});

test('a running gateway keeps its registry when everybody may change the file, and takes it again', async () => {
  await using gateway = await TestGateway.start(registry);
  const valid = async (): Promise<unknown> => {
    const answer = (await (await fetch(`${gateway.origin}/status`)).json()) as {
      status: { registry: { valid: boolean } };
    };
    return answer.status.registry.valid;
  };
  chmodSync(gateway.registryPath, 0o666);
  writeFileSync(gateway.registryPath, 'lmcp: {}\nclients: {}\nservers: {}\n');
  await until('it is rejected', async () => (await valid()) === false);
  expect(gateway.output).toContain(`everybody may change ${gateway.registryPath}`);
  await gateway.writeRegistry(registry);
  await until('it is taken again', async () => (await valid()) === true);
});

test('serve writes no registry into a folder that everybody may change', async () => {
  await using gateway = await TestGateway.prepare(registry);
  const shared = join(gateway.folder, 'shared');
  mkdirSync(shared);
  chmodSync(shared, 0o1777);
  const path = join(shared, 'registry.yaml');
  const { code, stderr } = await runLmcp(shared, ['serve', '--no-open', '--registry', path]);
  expect([code, existsSync(path)]).toEqual([2, false]);
  expect(stderr).toContain(`chmod o-w ${shared}`);
});
