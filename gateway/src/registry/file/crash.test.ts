import { fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseRegistryFile } from './registryFile.ts';

const program = fileURLToPath(new URL('../testing/applyProcess.ts', import.meta.url));
const comments = Array.from({ length: 200 }, (_, i) => `# comment ${i}: ${'x'.repeat(80)}`);
const text = `# kept\nlmcp: {}\nclients:\n  a:\n    # also kept\n    token: token-of-a-0123456789\n    allow_servers: []\n    rate_limit_rpm: 1\n${comments.join('\n')}\n`;
let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'lmcp-crash-'))));
afterAll(() => rmSync(folder, { recursive: true }));

/** Kills the process after a number of steps, in the middle of the next; returns the last step that it reported. */
async function killAfter(path: string, steps: number): Promise<number> {
  const child = fork(program, [path], { execArgv: [] });
  return new Promise((resolve) => {
    let reports = 0;
    let last = 0;
    child.on('message', (step) => {
      last = Number(step);
      if (++reports === steps) setTimeout(() => child.kill('SIGKILL'), steps % 5);
    });
    child.on('exit', () => resolve(last));
  });
}

test('after SIGKILL during an apply the file is the complete last or next version, 0600, with its comments', async () => {
  const path = join(folder, 'registry.yaml');
  writeFileSync(path, text, { mode: 0o600 });
  for (let round = 1; round <= 15; round++) {
    const last = await killAfter(path, round);
    expect(last).toBeGreaterThan(0);
    const found = readFileSync(path, 'utf8');
    const parsed = parseRegistryFile(path, found, { env: {} });
    const rpm = parsed.ok ? parsed.registry.clients.get('a')?.rateLimitRpm : undefined;
    expect([last, last + 1]).toContain(rpm);
    expect(found).toBe(text.replace('rate_limit_rpm: 1', `rate_limit_rpm: ${rpm}`));
    expect(statSync(path).mode & 0o777).toBe(0o600);
  }
}, 120_000);
