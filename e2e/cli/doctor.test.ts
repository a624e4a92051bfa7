import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Finding } from '../../gateway/src/cli/doctor/finding.ts';
import { runLmcp, type CommandResult } from '../harness/commandLine.ts';
import { TestGateway } from '../harness/gateway.ts';
import { fixture, plainRegistry } from '../harness/servers.ts';

const token = 'token-of-tester-0123456789';
const registry = plainRegistry(token);
let gateway: TestGateway;
let home: string;

beforeEach(async () => {
  gateway = await TestGateway.prepare(registry);
  home = join(gateway.folder, 'home');
  await mkdir(home);
});
afterEach(() => gateway[Symbol.asyncDispose]());

const cli = (...args: readonly string[]): Promise<CommandResult> =>
  runLmcp(gateway.folder, args, { HOME: home, LMCP_REGISTRY: gateway.registryPath });

async function doctor(): Promise<{ code: number | null; ok: boolean; findings: readonly Finding[] }> {
  const { code, stdout } = await cli('doctor', '--json');
  return { code, ...(JSON.parse(stdout) as { ok: boolean; findings: readonly Finding[] }) };
}

const states = (findings: readonly Finding[]): string[] =>
  findings.map(({ area, state }) => `${area} ${state}`);

test('a sound installation has no problems, with and without a running gateway', async () => {
  const idle = await doctor();
  expect([idle.code, idle.ok]).toEqual([0, true]);
  expect(states(idle.findings)).toEqual([
    'node ok',
    'registry ok',
    'log ok',
    'gateway warning',
    'servers ok',
  ]);
  await gateway.run();
  const { code, findings } = await doctor();
  expect(code).toBe(0);
  expect(states(findings)).toEqual(['node ok', 'registry ok', 'log ok', 'gateway ok', 'servers ok']);
  expect(findings.at(-1)?.about).toMatch(/^plain: .*tool/);
  const open = (await gateway.audit()).filter(({ detail }) => detail?.['sign_in'] !== undefined);
  const signIns = open.map(({ detail }) => detail?.['sign_in']);
  expect(signIns.filter((one) => one === 'session')).toHaveLength(
    signIns.filter((one) => one === 'ended').length,
  );
  const { stdout } = await cli('doctor');
  expect(stdout).toContain('0 problems');
});

test('an invalid registry is told with every problem and its fix, and nothing is started', async () => {
  await writeFile(gateway.registryPath, 'clients:\n  a: {}\nservers:\n  b: {}\n', { mode: 0o600 });
  const { code, findings } = await doctor();
  expect(code).toBe(1);
  const problems = findings.filter(({ state }) => state === 'problem');
  expect(problems.length).toBeGreaterThan(1);
  for (const { area, fix } of problems) expect([area, typeof fix]).toEqual(['registry', 'string']);
});

test('each fault is found with its fix', async () => {
  await gateway.writeRegistry({
    clients: { tester: { token, allow_servers: ['plain'] } },
    servers: {
      plain: fixture('plain-server.ts'),
      gone: { transport: 'stdio', command: 'no-such-command-of-lmcp' },
      boxed: { transport: 'stdio', image: 'no-such-image' },
      needy: { ...fixture('plain-server.ts'), env: { KEY: '${secret:ABSENT}' } },
    },
  });
  await chmod(gateway.registryPath, 0o644);
  await mkdir(join(home, '.cursor'));
  const entry = { url: 'http://127.0.0.1:1/mcp', headers: { 'X-Lmcp-Token': 'x' } };
  await writeFile(join(home, '.cursor', 'mcp.json'), JSON.stringify({ mcpServers: { lmcp: entry } }));
  const thief = createServer((socket) => socket.resume().end('hello\n'));
  await new Promise<void>((resolve) => thief.listen(gateway.port, '127.0.0.1', resolve));
  const { code, stdout } = await runLmcp(gateway.folder, ['doctor', '--json'], {
    HOME: home,
    LMCP_REGISTRY: gateway.registryPath,
    DOCKER_HOST: `unix://${gateway.folder}/no.sock`,
  });
  await new Promise((resolve) => thief.close(resolve));
  const { findings } = JSON.parse(stdout) as { findings: readonly Finding[] };
  expect(code).toBe(1);
  const found = (area: string, part: string): (string | null)[] =>
    findings
      .filter((one) => one.area === area && one.about.includes(part))
      .map(({ state, fix }) => `${state}: ${fix}`);
  expect(found('registry', 'others can get at')).toEqual([`warning: chmod 600 ${gateway.registryPath}`]);
  expect(found('gateway', 'another program has')).toEqual([expect.stringContaining('lmcp.port')]);
  expect(found('engine', 'boxed')).toEqual([expect.stringContaining('DOCKER_HOST')]);
  expect(found('secrets', 'ABSENT')).toEqual([expect.stringContaining('secret set ABSENT')]);
  expect(found('servers', 'gone: ')).toEqual([expect.stringContaining('test gone')]);
  expect(found('servers', 'plain: ')).toEqual(['ok: null']);
  expect(found('applications', 'cursor')).toEqual([expect.stringMatching(/^problem: .*connect cursor/)]);
  expect(stdout).not.toContain(token);
});

test('where neither a token nor a link gives access, servers are not started, and that is said', async () => {
  await gateway.writeRegistry({ ...registry, lmcp: { browser_sign_in: false } });
  const { code, findings } = await doctor();
  expect(code).toBe(0);
  expect(findings.at(-1)).toMatchObject({ area: 'servers', state: 'warning' });
  expect(findings.at(-1)?.about).toContain('browser_sign_in');
});

test('no registry is a problem that names what writes one', async () => {
  await rm(gateway.registryPath);
  const { code, findings } = await doctor();
  expect(code).toBe(1);
  expect(findings.at(-1)?.about).toContain('lmcp serve');
});
