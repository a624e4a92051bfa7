import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Finding } from '../../gateway/src/cli/doctor/finding.ts';
import { serviceFor } from '../../gateway/src/cli/service/serviceFor.ts';
import { lmcpProgram, runLmcp, type CommandResult } from '../harness/commandLine.ts';
import { TestGateway } from '../harness/gateway.ts';
import { fixture, plainRegistry } from '../harness/servers.ts';

const token = 'token-of-tester-0123456789';
const registry = plainRegistry(token);
let gateway: TestGateway;
let home: string;
let env: Record<string, string>;

beforeEach(async () => {
  gateway = await TestGateway.prepare(registry);
  home = await mkdtemp(join(tmpdir(), 'lmcp-service-'));
  const [bin, run] = [join(home, 'bin'), join(home, 'run')];
  await Promise.all([bin, run].map((folder) => mkdir(folder)));
  await chmod(run, 0o700);
  // The service manager: keeps what it is told, and starts and ends what the unit says.
  const manager = `#!/bin/sh
echo "$@" >> ${home}/told
unit=${home}/.config/systemd/user/lmcp.service
case "$*" in
  *enable*) sed -n 's/^ExecStart=/exec /p' $unit > ${home}/start; setsid sh ${home}/start > ${home}/output 2>&1 & echo $! > ${home}/pid;;
  *disable*) kill $(cat ${home}/pid); while kill -0 $(cat ${home}/pid) 2> /dev/null; do sleep 0.05; done;;
esac
`;
  await writeFile(join(bin, 'systemctl'), manager, { mode: 0o755 });
  await writeFile(join(bin, 'journalctl'), `#!/bin/sh\ncat ${home}/output\n`, { mode: 0o755 });
  env = {
    HOME: home,
    LMCP_REGISTRY: gateway.registryPath,
    XDG_RUNTIME_DIR: run,
    PATH: `${bin}:${process.env['PATH']}`,
  };
});
afterEach(async () => {
  if (existsSync(unitFile())) await cli('service', 'uninstall');
  await gateway[Symbol.asyncDispose]();
  await rm(home, { recursive: true, force: true });
});

const unitFile = (): string => join(home, '.config/systemd/user/lmcp.service');
const cli = (...args: readonly string[]): Promise<CommandResult> => runLmcp(home, args, env);
const told = async (): Promise<string[]> => (await readFile(join(home, 'told'), 'utf8')).trim().split('\n');
const hostile = (platform: NodeJS.Platform) =>
  serviceFor(
    { platform, home, uid: 0, env: {} },
    {
      node: process.execPath,
      script: lmcpProgram,
      registry: join(home, `a "registry" of 100 % <&> 'mine' $HOME.yaml`),
      env: { PATH: `${home}/x y:%h:$PATH` },
    },
  );

test('is installed, answers, is shown, and is removed without a trace', async () => {
  const dry = await cli('service', 'install', '--dry-run');
  expect([dry.code, existsSync(unitFile())]).toEqual([0, false]);
  const installed = await cli('service', 'install');
  expect([installed.code, installed.stderr]).toEqual([0, expect.stringContaining(gateway.origin)]);
  expect(await readFile(unitFile(), 'utf8')).toBe(dry.stdout);
  expect((await stat(unitFile())).mode & 0o777).toBe(0o600);
  expect((await cli('status')).code).toBe(0);
  expect((await cli('service', 'logs')).stdout).toContain('listens at');
  expect((await cli('service', 'status')).code).toBe(0);
  const again = await cli('service', 'install');
  expect([again.code, again.stderr]).toEqual([0, expect.stringContaining(gateway.origin)]);
  expect((await cli('service', 'uninstall')).code).toBe(0);
  expect([existsSync(unitFile()), (await cli('status')).code]).toEqual([false, 1]);
  expect((await told()).map((line) => line.replace('--user ', ''))).toEqual([
    'daemon-reload',
    'enable --now lmcp.service',
    'status --no-pager lmcp.service',
    'disable --now lmcp.service',
    'daemon-reload',
    'enable --now lmcp.service',
    'disable --now lmcp.service',
  ]);
  const gone = await cli('service', 'status');
  expect([gone.code, gone.stderr]).toEqual([1, expect.stringContaining('service install')]);
});

test('is not installed beside a running gateway, or with a registry that needs the shell', async () => {
  await gateway.run({ XDG_RUNTIME_DIR: join(home, 'run') });
  const beside = await cli('service', 'install');
  expect([beside.code, beside.stderr]).toEqual([1, expect.stringContaining('stop it first')]);
  await gateway.stop();
  await gateway.writeRegistry({
    ...registry,
    servers: { plain: { ...fixture('plain-server.ts'), env: { KEY: '${OF_THE_SHELL}' } } },
  });
  env['OF_THE_SHELL'] = 'value-of-the-shell';
  const needs = await cli('service', 'install');
  expect([needs.code, needs.stderr]).toEqual([1, expect.stringContaining('lmcp secret set')]);
  expect(needs.stderr).not.toContain('value-of-the-shell');
  expect(existsSync(unitFile())).toBe(false);
});

test('doctor names what the recorded PATH lacks', async () => {
  await gateway.writeRegistry({
    ...registry,
    servers: { plain: fixture('plain-server.ts'), npx: { transport: 'stdio', command: 'no-such-npx' } },
  });
  await cli('service', 'install');
  const { stdout } = await cli('doctor', '--json');
  const { findings } = JSON.parse(stdout) as { findings: readonly Finding[] };
  expect(findings.filter(({ area }) => area === 'service')).toEqual([
    {
      area: 'service',
      state: 'problem',
      about: 'its PATH has no no-such-npx, which npx needs',
      fix: expect.stringContaining('service install') as string,
    },
  ]);
});

test('doctor names a recorded Node that is gone, and what installs the service again', async () => {
  await cli('service', 'install');
  const unit = await readFile(unitFile(), 'utf8');
  const gone = '/nowhere/bin/node';
  const moved = unit.replace(/"node":"[^"]*"/, `"node":"${gone}"`);
  expect(moved).not.toBe(unit);
  await writeFile(unitFile(), moved);
  const { stdout } = await cli('doctor', '--json');
  const { findings } = JSON.parse(stdout) as { findings: readonly Finding[] };
  expect(findings.filter(({ area }) => area === 'service')).toEqual([
    {
      area: 'service',
      state: 'problem',
      about: `${gone}, which it starts with, is not there`,
      fix: expect.stringContaining('service install') as string,
    },
  ]);
});

test('systemd takes the unit, with paths of any kind', async () => {
  const { text } = hostile('linux');
  const file = join(home, 'lmcp.service');
  await writeFile(file, text);
  const verified = spawnSync('systemd-analyze', ['verify', '--user', '--man=no', file], {
    encoding: 'utf8',
    env: { ...env, XDG_RUNTIME_DIR: join(home, 'run') },
  });
  expect([verified.status, verified.stderr]).toEqual([0, '']);
  const security = spawnSync('systemd-analyze', ['security', '--offline=true', file], { encoding: 'utf8' });
  expect(security.status).toBe(0);
  const row = (what: string): string => security.stdout.split('\n').find((line) => line.includes(what)) ?? '';
  for (const kept of ['LockPersonality=', 'RestrictRealtime=', 'RestrictSUIDSGID=', 'UMask='])
    expect(row(kept)).toMatch(/✓|\+/u);
});

test('the agent of launchd is a property list with the words as they were', async () => {
  const service = hostile('darwin');
  const file = join(home, 'agent.plist');
  await writeFile(file, service.text);
  const binary = join(home, 'agent.bin');
  const toBinary = spawnSync('plistutil', ['-i', file, '-o', binary, '-f', 'bin'], { encoding: 'utf8' });
  expect([toBinary.status, toBinary.stderr]).toEqual([0, '']);
  const { stdout } = spawnSync('plistutil', ['-i', binary, '-f', 'xml'], { encoding: 'utf8' });
  const [, words = ''] = /<key>ProgramArguments<\/key>\s*<array>(.*?)<\/array>/s.exec(stdout) ?? [];
  expect(stringsOf(words)).toEqual([
    process.execPath,
    lmcpProgram,
    'serve',
    '--no-open',
    '--registry',
    join(home, `a "registry" of 100 % <&> 'mine' $HOME.yaml`),
  ]);
  const [, path = ''] = /<key>PATH<\/key>\s*(<string>.*?<\/string>)/s.exec(stdout) ?? [];
  expect(stringsOf(path)).toEqual([`${home}/x y:%h:$PATH`]);
  expect(stdout).toMatch(/<key>Umask<\/key>\s*<integer>63<\/integer>/);
});

/** The texts of the string elements. */
function stringsOf(xml: string): string[] {
  const entities: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
  return [...xml.matchAll(/<string>(.*?)<\/string>/gs)].map(([, text = '']) =>
    text.replace(/&(\w+);/g, (_, name: string) => entities[name] ?? ''),
  );
}
