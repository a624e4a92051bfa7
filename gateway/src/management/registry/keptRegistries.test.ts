import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLogger } from '../../logger.ts';
import { applyPatch } from '../../registry/edit/patch.ts';
import { RegistryStore } from '../../registry/store.ts';
import { KeptRegistries } from './keptRegistries.ts';

let folder: string;
let store: RegistryStore;
let env: Record<string, string>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lmcp-kept-'));
  const path = join(folder, 'registry.yaml');
  writeFileSync(path, 'clients:\n  a: {token: token-of-a-0123456789, allow_servers: []}\n', { mode: 0o600 });
  env = { TOKEN: 'token-of-b-0123456789' };
  store = await RegistryStore.open(path, { env, logger: silentLogger, watch: false });
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

async function change(patch: object): Promise<string> {
  const { revision } = store;
  await store.apply((text) => applyPatch(text, patch));
  return revision;
}

test('tells of each what the change did that replaced it, newest first', async () => {
  const kept = new KeptRegistries(store);
  expect(await kept.list()).toEqual([]);
  const revisions = [await change({ clients: { a: { rate_limit_rpm: 5 } } })];
  const told = async (): Promise<unknown> =>
    (await kept.list()).map(({ revision, changes_summary }) => [revision, changes_summary]);
  const first = ['client a: rate_limit_rpm: unlimited → 5'];
  expect(await told()).toEqual([[revisions[0], first]]);
  revisions.push(await change({ clients: { b: { token: '${TOKEN}', allow_servers: [] } } }));
  revisions.push(await change({ clients: { a: null } }));
  const expected = [
    [revisions[2], ['client a is removed']],
    [revisions[1], ['client b is new and may use no server']],
    [revisions[0], first],
  ];
  expect(await told()).toEqual(expected);
  expect(await told()).toEqual(expected);
});

test('what can no longer be read is kept without a summary', async () => {
  await change({ clients: { b: { token: '${TOKEN}', allow_servers: [] } } });
  await change({ clients: { b: null } });
  delete env['TOKEN'];
  const kept = new KeptRegistries(store);
  expect((await kept.list()).map(({ changes_summary }) => changes_summary)).toEqual([[], []]);
  const [entry] = await kept.list();
  expect((await kept.find(entry?.history_id ?? ''))?.text).toContain('${TOKEN}');
  expect(await kept.find('../../registry')).toBeUndefined();
});
