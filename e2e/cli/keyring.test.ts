import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lmcpProgram } from '../harness/commandLine.ts';
import { TestGateway } from '../harness/gateway.ts';

const secret = 'value-of-the-keyring-0123456789';
let gateway: TestGateway;

beforeEach(async () => {
  gateway = await TestGateway.prepare({});
  await mkdir(join(gateway.folder, 'home'));
});
afterEach(() => gateway[Symbol.asyncDispose]());

/** Runs commands where a Secret Service answers, as on a desktop: on a bus of its own, with an empty keyring that is open. */
async function onDesktop(lines: readonly string[]): Promise<string> {
  const script = join(gateway.folder, 'commands.sh');
  const opened = 'printf pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1';
  await writeFile(script, [opened, ...lines, ''].join('\n'));
  const home = join(gateway.folder, 'home');
  const child = spawn('dbus-run-session', ['--', 'sh', script], {
    cwd: gateway.folder,
    env: {
      PATH: process.env['PATH'],
      HOME: home,
      XDG_RUNTIME_DIR: home,
      LMCP: `${process.execPath} ${lmcpProgram}`,
      LMCP_REGISTRY: gateway.registryPath,
      VALUE: secret,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await new Promise((resolve, reject) => child.once('close', resolve).once('error', reject));
  return output;
}

test('a secret is kept in the Secret Service of the desktop, read from it, and removed from it', async () => {
  await gateway.writeRegistry({
    clients: {},
    servers: { needy: { transport: 'stdio', command: 'x', env: { KEY: '${secret:KEY}' } } },
  });
  const output = await onDesktop([
    'printf %s "$VALUE" | $LMCP secret set KEY --keyring',
    '$LMCP secret check',
    'cat config/secrets.yaml',
    'cp config/secrets.yaml kept.yaml',
    '$LMCP secret rm KEY',
    'echo after the removal',
    'cp kept.yaml config/secrets.yaml',
    '$LMCP secret check',
  ]);
  const [before = '', after = ''] = output.split('after the removal');
  expect(before).toMatch(/^KEY +ok +needy$/m);
  expect(before).toMatch(/^KEY:\n +keyring: true$/m);
  expect(after).toContain('KEY');
  expect(after).not.toMatch(/^KEY +ok/m);
  expect(output).not.toContain(secret);
  expect(await readFile(join(gateway.folder, 'home/.local/share/keyrings/login.keyring'))).not.toHaveLength(
    0,
  );
});
