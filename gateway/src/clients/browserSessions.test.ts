import { expect, test } from 'vitest';
import { BrowserSessions } from './browserSessions.ts';

function setUp(): { sessions: BrowserSessions; pass: (ms: number) => void; ended: () => number } {
  let now = 0;
  let ended = 0;
  const clock = { now: () => now, monotonic: () => now };
  return {
    sessions: new BrowserSessions(clock, () => ended++),
    pass: (ms) => (now += ms),
    ended: () => ended,
  };
}

const hourMs = 60 * 60_000;

test('a link begins one session, once, within a minute', () => {
  const { sessions, pass } = setUp();
  const [used, late] = [sessions.issueLink(), sessions.issueLink()];
  pass(59_999);
  const session = sessions.exchange(used.code);
  expect(session?.id).toBe(used.id);
  expect(sessions.find(session?.token ?? '')).toBe(used.id);
  expect(sessions.exchange(used.code)).toBeUndefined();
  pass(1);
  expect(sessions.exchange(late.code)).toBeUndefined();
});

test('neither a code nor another string is the secret of a session', () => {
  const { sessions } = setUp();
  const { code } = sessions.issueLink();
  expect([code, '', 'x'].map((token) => sessions.find(token))).toEqual([undefined, undefined, undefined]);
  const token = sessions.exchange(code)?.token ?? '';
  expect([code, `${token} `, token.slice(1)].map((each) => sessions.find(each))).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(sessions.exchange(token)).toBeUndefined();
});

test('a session ends when it is ended, and after twelve hours', () => {
  const { sessions, pass, ended } = setUp();
  const begin = (): string => sessions.exchange(sessions.issueLink().code)?.token ?? '';
  const [first, second] = [begin(), begin()];
  const before = ended();
  expect([sessions.end(first), sessions.end(first), sessions.find(first)]).toEqual([true, false, undefined]);
  expect(ended()).toBe(before + 1);
  pass(12 * hourMs - 1);
  expect(sessions.find(second)).toBeDefined();
  pass(1);
  expect(sessions.find(second)).toBeUndefined();
});

test('of many sessions and links the oldest end', () => {
  const { sessions } = setUp();
  const links = Array.from({ length: 40 }, () => sessions.issueLink().code);
  const valid = links.flatMap((code) => sessions.exchange(code)?.token ?? []);
  expect(valid).toHaveLength(32);
  const more = Array.from({ length: 8 }, () => sessions.exchange(sessions.issueLink().code)?.token ?? '');
  expect(valid.filter((token) => sessions.find(token) !== undefined)).toHaveLength(24);
  expect(more.filter((token) => sessions.find(token) !== undefined)).toHaveLength(8);
});
