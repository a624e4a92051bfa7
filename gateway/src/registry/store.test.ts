import {
  chmodSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  lstatSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Logger } from '../logger.ts';
import { baseDirOf } from './file/baseDir.ts';
import { listHistory, readHistory } from './file/history.ts';
import { applyPatch } from './edit/patch.ts';
import { RegistryInvalidError } from './yaml/problem.ts';
import type { RegistryChange, RegistryEvent, StoreOptions } from './storeTypes.ts';
import { RegistryStore } from './store.ts';
import { writeRegistry } from './file/write.ts';

let folder: string;
let path: string;
let store: RegistryStore | undefined;
let logged: string[];
const logger: Logger = {
  info: (message) => void logged.push(message),
  warn: (message) => void logged.push(message),
  error: (message) => void logged.push(message),
};

const text = 'clients:\n  a: {token: abcdefghijklmnop, allow_servers: []} # the first\n';
const more = `${text}  b: {token: abcdefghijklmnoq, allow_servers: []}\n`;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lmcp-registry-'));
  path = join(folder, 'registry.yaml');
  logged = [];
  writeFileSync(path, text, { mode: 0o600 });
});

afterEach(async () => {
  await store?.close();
  store = undefined;
  rmSync(folder, { recursive: true });
});

async function open(
  options: Partial<StoreOptions> = {},
): Promise<{ opened: RegistryStore; events: RegistryEvent[] }> {
  const opened = await RegistryStore.open(path, { env: {}, logger, watch: false, ...options });
  store = opened;
  const events: RegistryEvent[] = [];
  opened.subscribe((event) => events.push(event));
  return { opened, events };
}

describe('opening', () => {
  test('gives the registry, its text and its revision', async () => {
    const { opened } = await open();
    expect([...opened.current.clients.keys()]).toEqual(['a']);
    expect(opened.text).toBe(text);
    expect(opened.revision).toMatch(/^[0-9a-f]{12}$/);
    expect([opened.error, opened.restartRequired, logged]).toEqual([null, [], []]);
  });

  test('rejects a broken file with all its problems, and tells a missing one apart', async () => {
    writeFileSync(path, 'clients: {a: {}}\nx: 1\n');
    const error: unknown = await open().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(RegistryInvalidError);
    expect((error as RegistryInvalidError).problems).toHaveLength(3);
    rmSync(path);
    await expect(open()).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('rejects a file above 4 MiB without reading it', async () => {
    // Sparse, and more than can be read in one piece.
    truncateSync(path, 3 * 1024 ** 3);
    await expect(open()).rejects.toMatchObject({ problems: [{ message: 'the file is larger than 4 MiB' }] });
  });

  test('warns about a file that others can get at', async () => {
    chmodSync(path, 0o640);
    await open();
    expect(logged).toEqual([expect.stringContaining(`chmod 600 ${path}`)]);
  });

  test('token files are relative to the registry; a folder, a device or a large file is rejected', async () => {
    writeFileSync(join(folder, 'token'), 'token-from-a-file-2\n');
    writeFileSync(path, text.replace('token: abcdefghijklmnop', 'token_file: token'));
    expect((await open()).opened.current.clients.get('a')?.tokens).toHaveLength(1);
    writeFileSync(path, text.replace('token: abcdefghijklmnop', 'token_file: .'));
    await expect(open()).rejects.toBeInstanceOf(RegistryInvalidError);
    writeFileSync(path, text.replace('token: abcdefghijklmnop', 'token_file: /dev/null'));
    await expect(open()).rejects.toMatchObject({
      problems: [{ message: expect.stringContaining('not a regular file') as string }],
    });
    writeFileSync(join(folder, 'token'), 'x'.repeat(20_000));
    writeFileSync(path, text.replace('token: abcdefghijklmnop', 'token_file: token'));
    await expect(open()).rejects.toBeInstanceOf(RegistryInvalidError);
  });
});

describe('an edit by hand', () => {
  test('becomes active, with what changed, and the old text is kept', async () => {
    const { opened, events } = await open();
    writeFileSync(path, more);
    await opened.reload();
    expect(events).toMatchObject([{ type: 'changed', source: 'file', diff: { clients: { added: ['b'] } } }]);
    expect(opened.current.clients.size).toBe(2);
    const [kept] = await listHistory(path);
    expect(await readHistory(path, kept?.name ?? '')).toBe(text);
    expect(logged).toEqual(['the edited registry is active\n  client b is new and may use no server']);
  });

  test('that is broken leaves the last valid version active, told once, until it is repaired', async () => {
    const { opened, events } = await open();
    writeFileSync(path, 'clients: [');
    await opened.reload();
    await opened.reload();
    expect(opened.error).toMatchObject({ problems: [{ line: 1 }] });
    expect(opened.current.clients.size).toBe(1);
    expect(events.map(({ type }) => type)).toEqual(['broken']);
    expect(logged).toEqual([expect.stringContaining('registry.yaml:1:')]);
    writeFileSync(path, text);
    await opened.reload();
    expect(opened.error).toBeNull();
    expect(events.map(({ type }) => type)).toEqual(['broken', 'repaired']);
  });

  test('that takes the file away leaves the last valid version active', async () => {
    const { opened } = await open();
    rmSync(path);
    await opened.reload();
    expect(opened.error?.message).toContain('ENOENT');
    writeFileSync(path, more);
    await opened.reload();
    expect([opened.error, opened.current.clients.size]).toEqual([null, 2]);
  });

  test('waits for the hooks, and stays out of force where one rejects', async () => {
    const { opened } = await open();
    const seen: [RegistryChange['source'], number][] = [];
    const remove = opened.beforeChange(async (change) => {
      seen.push([change.source, opened.current.clients.size]);
      throw new Error('no audit');
    });
    writeFileSync(path, more);
    await opened.reload();
    expect(seen).toEqual([['file', 1]]);
    expect(opened.error?.message).toContain('no audit');
    expect(opened.current.clients.size).toBe(1);
    remove();
    await vi.waitFor(() => expect(opened.current.clients.size).toBe(2), { timeout: 5000 });
    expect(opened.error).toBeNull();
  });

  test('of a setting that needs a restart says so until it is undone', async () => {
    const { opened } = await open();
    writeFileSync(path, `lmcp: {port: 80}\n${text}`);
    await opened.reload();
    expect(opened.restartRequired).toEqual(['port']);
    writeFileSync(path, `lmcp: {port: 7345}\n${text}`);
    await opened.reload();
    expect(opened.restartRequired).toEqual([]);
  });
});

describe('the watch', () => {
  const watching = { watch: { pollMs: 60, settleMs: 20 } };
  const sees = (opened: RegistryStore, clients: number): Promise<void> =>
    vi.waitFor(() => expect([opened.error, opened.current.clients.size]).toEqual([null, clients]), {
      timeout: 5000,
    });

  test('sees a file written in place, replaced, and taken away for a moment', async () => {
    const { opened } = await open(watching);
    writeFileSync(path, more);
    await sees(opened, 2);
    writeFileSync(`${path}~`, text);
    renameSync(`${path}~`, path);
    await sees(opened, 1);
    rmSync(path);
    writeFileSync(path, more);
    await sees(opened, 2);
  });

  test('sees a change behind a symbolic link, which no event of the folder tells', async () => {
    const target = join(folder, 'elsewhere', 'real.yaml');
    mkdirSync(join(folder, 'elsewhere'));
    renameSync(path, target);
    symlinkSync(target, path);
    const { opened } = await open(watching);
    writeFileSync(target, more);
    await sees(opened, 2);
  });
});

describe('apply', () => {
  const patch = (value: unknown) => (before: string) => applyPatch(before, value);
  const port = { lmcp: { port: 80 } };

  test('keeps the old text, replaces the file and is active when it resolves', async () => {
    const { opened, events } = await open();
    const order: string[] = [];
    opened.beforeChange(async ({ diff }) => {
      order.push(`hook ${diff.summary.join()} ${readFileSync(path, 'utf8') === text}`);
    });
    const result = await opened.apply(patch(port));
    expect(result).toMatchObject({ ok: true, restartRequired: ['port'], revision: opened.revision });
    expect(order).toEqual(['hook lmcp.port: 7345 → 80 true']);
    expect(opened.current.settings.port).toBe(80);
    expect(readFileSync(path, 'utf8')).toBe(`${text}lmcp:\n  port: 80\n`);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const backup = (result as { backupPath: string }).backupPath;
    expect([readFileSync(backup, 'utf8'), statSync(backup).mode & 0o777]).toEqual([text, 0o600]);
    await opened.reload();
    expect(events.map((event) => event.type)).toEqual(['changed']);
  });

  test('writes nothing when the outcome is not valid, or a hook rejects', async () => {
    const { opened } = await open();
    expect(await opened.apply(patch({ lmcp: { prot: 1 } }))).toMatchObject({
      reason: 'invalid',
      problems: [{ path: 'lmcp.prot' }],
    });
    opened.beforeChange(() => Promise.reject(new Error('no audit')));
    await expect(opened.apply(patch(port))).rejects.toThrow('no audit');
    expect(readFileSync(path, 'utf8')).toBe(text);
    expect(opened.current.settings.port).toBe(7345);
  });

  test('waits for an edit by hand that is being logged, and builds on it', async () => {
    const { opened, events } = await open();
    opened.beforeChange(async ({ source }) => {
      if (source === 'file') await delay(50);
    });
    writeFileSync(path, more);
    const [, applied] = await Promise.all([opened.reload(), opened.apply(patch(port))]);
    expect(applied).toMatchObject({ ok: true, diff: { clients: { added: [] }, settings: ['port'] } });
    expect([opened.current.settings.port, opened.current.clients.size]).toEqual([80, 2]);
    expect(events.map((event) => event.type === 'changed' && event.source)).toEqual(['file', 'apply']);
  });

  test('honours a revision, builds on an edit by hand, and runs one at a time', async () => {
    const { opened } = await open();
    const { revision } = opened;
    writeFileSync(path, more);
    expect(await opened.apply(patch(port), { ifRevision: revision })).toMatchObject({
      reason: 'revision_mismatch',
    });
    const both = await Promise.all([opened.apply(patch(port)), opened.apply(patch(port))]);
    expect(both).toMatchObject([
      { ok: true, diff: { clients: { added: ['b'] } } },
      { reason: 'in_progress' },
    ]);
    expect(await opened.apply(patch(port))).toMatchObject({ ok: true, backupPath: null });
  });
});

describe('the files', () => {
  const files = ['.registry.yaml.lock', 'registry.yaml'];

  test('a failed write leaves the old file and nothing else, and says what to do', async () => {
    const missing = join(folder, 'nowhere', 'registry.yaml');
    await expect(writeRegistry(missing, text)).rejects.toThrow('create its folder');
    mkdirSync(join(folder, 'taken.yaml'));
    await expect(writeRegistry(join(folder, 'taken.yaml'), text)).rejects.toThrow('cannot be written');
    expect(readdirSync(folder).sort()).toEqual(['.taken.yaml.lock', 'registry.yaml', 'taken.yaml']);
  });

  test('what cannot be locked is not written, and it says why', async () => {
    const lock = join(folder, '.registry.yaml.lock');
    mkdirSync(lock);
    await expect(writeRegistry(path, more)).rejects.toThrow(`${lock} is a folder`);
    rmSync(lock, { recursive: true });
    writeFileSync(lock, 'no database, for all its length'.repeat(100));
    await expect(writeRegistry(path, more)).rejects.toThrow(`can't lock ${lock}`);
    expect([readFileSync(path, 'utf8'), readdirSync(folder).sort()]).toEqual([text, files]);
  });

  test('the file is replaced, never written over: who has the old one open reads it whole', async () => {
    const old = openSync(path, 'r');
    await writeRegistry(path, more);
    expect(readFileSync(old, 'utf8')).toBe(text);
    closeSync(old);
    expect([readFileSync(path, 'utf8'), readdirSync(folder).sort()]).toEqual([more, files]);
  });

  test('a symbolic link stays one', async () => {
    const link = join(folder, 'link.yaml');
    symlinkSync(path, link);
    await writeRegistry(link, more);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(path, 'utf8')).toBe(more);
  });

  test('twenty earlier registries are kept, newest first; no name leads elsewhere', async () => {
    const { opened } = await open();
    for (let port = 1; port <= 22; port++)
      await opened.apply((before) => applyPatch(before, { lmcp: { port } }));
    const history = await listHistory(path);
    expect(history).toHaveLength(20);
    expect(await readHistory(path, history[0]?.name ?? '')).toContain('port: 21');
    expect(history[0]?.replacedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(await readHistory(path, '../registry.yaml')).toBeNull();
  });

  test('relative paths resolve beside a folder named config, else in the registry’s own', () => {
    expect(baseDirOf('/srv/lmcp/config/registry.yaml')).toBe('/srv/lmcp');
    expect(baseDirOf('/srv/lmcp/registry.yaml')).toBe('/srv/lmcp');
  });
});
