import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { CodeGrant } from './authorizationCodes.ts';
import { Authorizations } from './authorizations.ts';

const grant: CodeGrant = {
  ...{ id: 'first', clientId: 'codex', appId: 'app', appName: 'Codex', audience: '/mcp', expiresAt: null },
  ...{ redirectUri: 'http://127.0.0.1/', challenge: '' },
};
const [minute, day] = [60_000, 24 * 60 * 60_000];
const nothing = async (): Promise<void> => undefined;

let folder: string;
let now: number;
const clock = { now: () => now, monotonic: () => now };
const logger = { info: () => undefined, warn: vi.fn(), error: () => undefined };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'authorizations-'));
  now = 1_000_000;
});
afterEach(() => rm(folder, { recursive: true }));

function open(): Promise<Authorizations> {
  return Authorizations.open(join(folder, 'registry.yaml'), { clock, logger });
}

test('an access token is good for an hour, also after a restart; the file holds no token', async () => {
  const { access, refresh, expiresS } = await (await open()).begin(grant);
  expect(expiresS).toBe(3600);
  const path = join(folder, '.authorizations.json');
  const text = await readFile(path, 'utf8');
  for (const token of [access, refresh]) expect(text).not.toContain(token.slice(8));
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  const again = await open();
  expect(again.find(access)).toEqual({ id: 'first', clientId: 'codex', audience: '/mcp' });
  expect(again.find(refresh)).toBeUndefined();
  now += 60 * minute;
  expect(again.find(access)).toBeUndefined();
});

test('a refresh token is good once, for its application alone', async () => {
  const all = await open();
  const { refresh } = await all.begin(grant);
  expect((await all.renew(refresh, 'other app', nothing)).kind).toBe('invalid');
  const renewed = await all.renew(refresh, 'app', nothing);
  if (renewed.kind !== 'ok') throw new Error(renewed.kind);
  expect(all.find(renewed.tokens.access)?.id).toBe('first');
  now += minute;
  expect((await all.renew(refresh, 'app', nothing)).kind).toBe('reused');
  expect(all.find(renewed.tokens.access)).toBeUndefined();
  expect((await all.renew(renewed.tokens.refresh, 'app', nothing)).kind).toBe('invalid');
});

test('windows of one application that renew at the same moment all stay signed in', async () => {
  const all = await open();
  const { refresh } = await all.begin(grant);
  const both = await Promise.all([1, 2].map(() => all.renew(refresh, 'app', nothing)));
  now += minute;
  for (const one of both) {
    if (one.kind !== 'ok') throw new Error(one.kind);
    expect((await all.renew(one.tokens.refresh, 'app', nothing)).kind).toBe('ok');
  }
});

test('nothing is issued where what must come before fails, nor once the authorization has ended meanwhile', async () => {
  const all = await open();
  const { refresh } = await all.begin(grant);
  const fail = (): Promise<void> => Promise.reject(new Error('not logged'));
  await expect(all.renew(refresh, 'app', fail)).rejects.toThrow('not logged');
  const ended = await all.renew(refresh, 'app', async () => {
    await all.revoke('first');
  });
  expect(ended.kind).toBe('invalid');
});

test('an authorization ends when it was said to, its tokens with it', async () => {
  const all = await open();
  const { access, expiresS } = await all.begin({ ...grant, expiresAt: now + 10 * minute });
  expect(expiresS).toBe(600);
  expect(all.holds('first', 'codex')).toBe(true);
  now += 10 * minute;
  expect([all.holds('first', 'codex'), all.find(access), all.list()]).toEqual([false, undefined, []]);
});

test('a refresh token that nobody uses for 90 days ends', async () => {
  const all = await open();
  const { refresh } = await all.begin(grant);
  now += 90 * day;
  expect((await all.renew(refresh, 'app', nothing)).kind).toBe('invalid');
});

test('revoking ends it immediately, on disk too, and tells', async () => {
  const all = await open();
  const ended = vi.fn();
  all.onEnd(ended);
  const { access } = await all.begin(grant);
  expect(await all.revoke('first')).toBe(true);
  expect([all.find(access), await all.revoke('first'), ended.mock.calls.length]).toEqual([
    undefined,
    false,
    1,
  ]);
  expect((await open()).list()).toEqual([]);
});

test('what belongs to a client that left the registry ends, and does not come back with its name', async () => {
  const all = await open();
  const { access } = await all.begin(grant);
  await all.begin({ ...grant, id: 'second', clientId: 'vscode' });
  await all.keepOnly(new Set(['vscode']));
  expect(all.find(access)).toBeUndefined();
  expect((await open()).list().map(({ id }) => id)).toEqual(['second']);
});

test('the tokens of one authorization are bounded', async () => {
  const all = await open();
  let { refresh } = await all.begin(grant);
  for (let times = 0; times < 40; times++) {
    const renewed = await all.renew(refresh, 'app', nothing);
    if (renewed.kind !== 'ok') throw new Error(renewed.kind);
    ({ refresh } = renewed.tokens);
  }
  expect(all.list()[0]?.tokens.length).toBe(32);
});

test('a damaged file is said, and nobody is signed in by it', async () => {
  await writeFile(join(folder, '.authorizations.json'), '{"version":1');
  expect((await open()).list()).toEqual([]);
  expect(logger.warn.mock.lastCall?.[0]).toMatch(/authorizations\.json can not be read/);
});
