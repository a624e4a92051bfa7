import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { CodeGrant } from './authorizationCodes.ts';
import { Authorizations, type IssuedTokens } from './authorizations.ts';

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

/** The tokens of an authorization that begins. */
async function begun(all: Authorizations, of: CodeGrant = grant): Promise<IssuedTokens> {
  const tokens = await all.begin(of, nothing);
  if (tokens === undefined) throw new Error('nothing was issued');
  return tokens;
}

function open(): Promise<Authorizations> {
  return Authorizations.open(join(folder, 'registry.yaml'), { key: new Uint8Array(32), clock, logger });
}

test('an access token is good for an hour, also after a restart; the file holds no token', async () => {
  const { access, refresh, expiresS } = await begun(await open());
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

test('nothing comes of a code that is used again, or whose client goes, while it is exchanged', async () => {
  const all = await open();
  const reused = await all.begin(grant, async () => {
    await all.revoke('first');
  });
  const gone = await all.begin({ ...grant, id: 'second' }, () => all.keepOnly(new Set()));
  expect([reused, gone, all.list()]).toEqual([undefined, undefined, []]);
  expect((await open()).list()).toEqual([]);
  const fail = (): Promise<void> => Promise.reject(new Error('not logged'));
  await expect(all.begin(grant, fail)).rejects.toThrow('not logged');
  expect(all.list()).toEqual([]);
});

test('a refresh token is good once, for its application alone', async () => {
  const all = await open();
  const { refresh } = await begun(all);
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
  const { refresh } = await begun(all);
  const both = await Promise.all([1, 2].map(() => all.renew(refresh, 'app', nothing)));
  now += minute;
  for (const one of both) {
    if (one.kind !== 'ok') throw new Error(one.kind);
    expect((await all.renew(one.tokens.refresh, 'app', nothing)).kind).toBe('ok');
  }
});

test('nothing is issued where what must come before fails, nor once the authorization has ended meanwhile', async () => {
  const all = await open();
  const { refresh } = await begun(all);
  const fail = (): Promise<void> => Promise.reject(new Error('not logged'));
  await expect(all.renew(refresh, 'app', fail)).rejects.toThrow('not logged');
  const ended = await all.renew(refresh, 'app', async () => {
    await all.revoke('first');
  });
  expect(ended.kind).toBe('invalid');
});

test('an authorization ends when it was said to, its tokens with it', async () => {
  const all = await open();
  const { access, expiresS } = await begun(all, { ...grant, expiresAt: now + 10 * minute });
  expect(expiresS).toBe(600);
  expect(all.holds('first', 'codex')).toBe(true);
  now += 10 * minute;
  expect([all.holds('first', 'codex'), all.find(access), all.list()]).toEqual([false, undefined, []]);
});

test('a refresh token that nobody uses for 90 days ends', async () => {
  const all = await open();
  const { refresh } = await begun(all);
  now += 90 * day;
  expect((await all.renew(refresh, 'app', nothing)).kind).toBe('invalid');
});

test('revoking ends it immediately, on disk too, and tells', async () => {
  const all = await open();
  const ended = vi.fn();
  all.onEnd(ended);
  const { access } = await begun(all);
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
  const { access } = await begun(all);
  await begun(all, { ...grant, id: 'second', clientId: 'vscode' });
  await all.keepOnly(new Set(['vscode']));
  expect(all.find(access)).toBeUndefined();
  expect((await open()).list().map(({ id }) => id)).toEqual(['second']);
});

/** As who stole a refresh token may do, to have it forgotten. */
async function renewTimes(all: Authorizations, first: string, times: number): Promise<string> {
  let refresh = first;
  for (let n = 0; n < times; n++) {
    const renewed = await all.renew(refresh, 'app', nothing);
    if (renewed.kind !== 'ok') throw new Error(renewed.kind);
    ({ refresh } = renewed.tokens);
  }
  return refresh;
}

test('the tokens of one authorization are bounded', async () => {
  const all = await open();
  const { refresh } = await begun(all);
  await renewTimes(all, refresh, 40);
  expect(all.list()[0]?.tokens.length).toBe(64);
});

test('an old refresh token ends the authorization however often that was renewed since, also after a restart', async () => {
  const { refresh } = await begun(await open());
  const all = await open();
  const last = await renewTimes(all, refresh, 40);
  now += minute;
  expect((await all.renew(refresh, 'other app', nothing)).kind).toBe('invalid');
  expect(all.ownerOf(refresh)?.id).toBe('first');
  expect((await all.renew(refresh, 'app', nothing)).kind).toBe('reused');
  expect((await all.renew(last, 'app', nothing)).kind).toBe('invalid');
});

test('renewals of one window end no other window', async () => {
  const all = await open();
  const { refresh } = await begun(all);
  const other = await renewTimes(all, refresh, 1);
  await renewTimes(all, refresh, 40);
  expect((await all.renew(other, 'app', nothing)).kind).toBe('ok');
});

test('an old refresh token ends nothing where it has expired, was changed, or is of another installation', async () => {
  const all = await open();
  const { refresh } = await begun(all);
  const last = await renewTimes(all, refresh, 40);
  for (let at = 'lmcp_rt_'.length; at < refresh.length; at++) {
    const other = refresh[at] === 'A' ? 'B' : 'A';
    const changed = refresh.slice(0, at) + other + refresh.slice(at + 1);
    expect((await all.renew(changed, 'app', nothing)).kind).toBe('invalid');
  }
  const path = join(folder, 'registry.yaml');
  const elsewhere = await Authorizations.open(path, { key: new Uint8Array(32).fill(1), clock, logger });
  expect((await elsewhere.renew(refresh, 'app', nothing)).kind).toBe('invalid');
  now += 45 * day;
  const later = await renewTimes(all, last, 1);
  now += 45 * day;
  expect((await all.renew(refresh, 'app', nothing)).kind).toBe('invalid');
  expect((await all.renew(later, 'app', nothing)).kind).toBe('ok');
});

test('a damaged file is said, and nobody is signed in by it', async () => {
  await writeFile(join(folder, '.authorizations.json'), '{"version":1');
  expect((await open()).list()).toEqual([]);
  expect(logger.warn.mock.lastCall?.[0]).toMatch(/authorizations\.json cannot be read/);
});
