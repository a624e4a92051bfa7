import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { engineHeaders, readGuardSecret } from './guardSecret.ts';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'lmcp-secret-'))));
afterAll(() => rm(folder, { recursive: true }));

async function secretFile(text: string, mode: number): Promise<string> {
  const path = join(folder, 'secret');
  await writeFile(path, text);
  await chmod(path, mode);
  return path;
}
const secret = 'f'.repeat(64);

it.each([0o600, 0o640, 0o400])('reads a secret of mode %o', async (mode) => {
  expect(await readGuardSecret(await secretFile(`${secret}\n`, mode))).toBe(secret);
});

it.each([0o644, 0o604, 0o660, 0o602, 0o666])('rejects a secret of mode %o', async (mode) => {
  await expect(readGuardSecret(await secretFile(secret, mode))).rejects.toThrow('chmod 640');
});

it.each(['', 'short', 'f'.repeat(31), `${secret}\n${secret}`, `${secret} x`, 'é'.repeat(40)])(
  'rejects %j as a secret',
  async (text) => {
    await expect(readGuardSecret(await secretFile(text, 0o600))).rejects.toThrow('32 or more');
  },
);

it('rejects a file that is missing, and a folder', async () => {
  await expect(readGuardSecret(join(folder, 'none'))).rejects.toThrow(/can’t be used: ENOENT.*openssl/);
  await expect(readGuardSecret(folder)).rejects.toThrow('not a regular file');
});

it('sends a secret where there is one', () => {
  expect(engineHeaders(undefined)).toEqual({ Host: 'docker' });
  expect(engineHeaders('x')).toEqual({ Host: 'docker', 'x-lmcp-guard-secret': 'x' });
});
