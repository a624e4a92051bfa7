import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLogger } from '../logger.ts';
import { applyPatch } from './edit/patch.ts';
import { RegistryStore } from './store.ts';

let folder: string;
let path: string;
let store: RegistryStore;

const client = (id: string): string => `  ${id}: {token: token-of-client-${id}, allow_servers: []}\n`;
const text = `clients:\n${client('a')}`;
const editedElsewhere = `${text}${client('b')}`;
const addC = (before: string) =>
  applyPatch(before, { clients: { c: { token: 'token-of-client-c', allow_servers: [] } } });

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lmcp-registry-'));
  path = join(folder, 'registry.yaml');
  writeFileSync(path, text, { mode: 0o600 });
  store = await RegistryStore.open(path, { env: {}, logger: silentLogger, watch: false });
});

afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

test('what another process writes while a change is logged is not overwritten', async () => {
  store.beforeChange(async () => writeFileSync(path, editedElsewhere));
  const result = await store.apply(addC);
  expect(result).toMatchObject({ ok: false, reason: 'revision_mismatch' });
  expect(readFileSync(path, 'utf8')).toBe(editedElsewhere);
  expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  expect([...store.current.clients.keys()]).toEqual(['a']);
});

test('the change can be made again on what is there then', async () => {
  let meanwhile: string | undefined = editedElsewhere;
  store.beforeChange(async () => {
    if (meanwhile !== undefined) writeFileSync(path, meanwhile);
    meanwhile = undefined;
  });
  expect((await store.apply(addC)).ok).toBe(false);
  expect((await store.apply(addC)).ok).toBe(true);
  expect([...store.current.clients.keys()]).toEqual(['a', 'b', 'c']);
});

test('a byte order mark is no change', async () => {
  writeFileSync(path, `\ufeff${text}`);
  await store.reload();
  expect((await store.apply(addC)).ok).toBe(true);
});

test('a file that another process removes meanwhile is not written again', async () => {
  store.beforeChange(async () => rmSync(path));
  expect(await store.apply(addC)).toMatchObject({ ok: false, reason: 'revision_mismatch' });
  expect(readdirSync(folder).filter((name) => name.includes('registry.yaml'))).toEqual([
    '.registry.yaml.lock',
  ]);
});
