import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLogger } from '../../logger.ts';
import type { Keyring } from '../../upstream/secrets/readSecret.ts';
import { seal, unseal } from './sealed.ts';
import { storeKey } from './storeKey.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lmcp-key-'));
});
afterEach(() => rm(folder, { recursive: true }));

class MemoryKeyring implements Keyring {
  readonly kept = new Map<string, string>();
  get(service: string, account: string): Promise<string | null> {
    return Promise.resolve(this.kept.get(`${service}/${account}`) ?? null);
  }
  set(service: string, account: string, value: string): Promise<void> {
    this.kept.set(`${service}/${account}`, value);
    return Promise.resolve();
  }
  remove(service: string, account: string): Promise<void> {
    this.kept.delete(`${service}/${account}`);
    return Promise.resolve();
  }
}

const places = (keyring: () => Promise<Keyring>, env: Record<string, string> = {}) => ({
  registryPath: join(folder, 'config/registry.yaml'),
  auditLog: join(folder, 'logs/audit.log'),
  env,
  keyring,
  logger: silentLogger,
});

test('the key is made once, in the keyring, and in no file', async () => {
  const ring = new MemoryKeyring();
  const first = await storeKey(places(() => Promise.resolve(ring)));
  expect(first).toHaveLength(32);
  expect(await storeKey(places(() => Promise.resolve(ring)))).toEqual(first);
  expect(ring.kept.size).toBe(1);
  expect(await readdir(folder)).toEqual([]);
});

test.each<[string, () => Promise<Keyring>]>([
  ['no keyring', () => Promise.reject(new Error('no session bus'))],
  [
    'a keyring that keeps nothing',
    () =>
      Promise.resolve({
        get: () => Promise.resolve(null),
        set: () => Promise.resolve(),
        remove: () => Promise.resolve(),
      }),
  ],
])('with %s the key is in a file of the audit log’s folder, for its owner alone', async (_which, keyring) => {
  const key = await storeKey(places(keyring));
  const path = join(folder, 'logs/sign_in.key');
  expect(new Uint8Array(await readFile(path))).toEqual(new Uint8Array(key));
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await storeKey(places(keyring))).toEqual(key);
});

test('a file that the environment names comes before the keyring', async () => {
  const ring = new MemoryKeyring();
  const named = join(folder, 'mounted.key');
  await storeKey(places(() => Promise.resolve(ring), { LMCP_SIGN_IN_KEY_FILE: named }));
  expect(ring.kept.size).toBe(0);
  expect((await stat(named)).size).toBe(32);
});

test('a sealed text opens with its key alone, and unchanged alone', () => {
  const [key, other] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
  const sealed = seal(key, 'tokens');
  expect(sealed).not.toContain('tokens');
  expect(unseal(key, sealed)).toBe('tokens');
  expect(unseal(other, sealed)).toBeUndefined();
  const { data, ...rest } = JSON.parse(sealed) as { data: string };
  const changed = Buffer.from(data, 'base64url');
  changed[0] = (changed[0] ?? 0) ^ 1;
  expect(unseal(key, JSON.stringify({ ...rest, data: changed.toString('base64url') }))).toBeUndefined();
  expect(unseal(key, '{}')).toBeUndefined();
  expect(seal(key, 'tokens')).not.toBe(sealed);
});
