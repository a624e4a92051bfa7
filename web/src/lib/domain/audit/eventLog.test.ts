import { expect, test } from 'vitest';
import type { AuditLine } from 'lmcp-gateway/src/audit/types.ts';
import { addEvents, countNewer, emptyLog, eventCapacity } from './eventLog.ts';

function line(seq: number, ts = '2026-01-01T10:00:00.000Z'): AuditLine {
  return {
    seq,
    prev: '',
    ts,
    event: 'client_auth',
    client_id: null,
    server_id: null,
    tool_name: null,
    allowed: true,
    reason: 'ok',
    call: null,
    request_id: null,
    detail: null,
  };
}

test('newest first, and a replayed line only once', () => {
  const log = addEvents(addEvents(emptyLog, [line(1), line(2)]), [line(2), line(3)]);
  expect(log.lines.map((one) => one.seq)).toEqual([3, 2, 1]);
  expect(log.missed).toBe(0);
});

test('a gap that replay could not fill is counted', () => {
  expect(addEvents(addEvents(emptyLog, [line(1)]), [line(5), line(6)]).missed).toBe(3);
});

test('the oldest lines are removed', () => {
  const many = Array.from({ length: eventCapacity + 5 }, (_, index) => line(index + 1));
  const log = addEvents(emptyLog, many);
  expect(log.lines).toHaveLength(eventCapacity);
  expect(log.lines.at(-1)?.seq).toBe(6);
});

test('nothing new leaves the same object, so that nothing is drawn again', () => {
  const log = addEvents(emptyLog, [line(1)]);
  expect(addEvents(log, [line(1)])).toBe(log);
});

test('a log that starts over with later times takes the place of the one before', () => {
  const before = addEvents(emptyLog, [line(1), line(9)]);
  const after = addEvents(before, [line(1, '2026-01-01T11:00:00.000Z'), line(2, '2026-01-01T11:00:01.000Z')]);
  expect(after.lines.map((one) => one.seq)).toEqual([2, 1]);
  expect(after.missed).toBe(0);
});

test('what came after the kept lines is counted, also when the kept ones are no longer held', () => {
  const lines = [line(5), line(4), line(3)];
  expect(countNewer(lines, [line(3), line(2)])).toBe(2);
  expect(countNewer(lines, [line(2)])).toBe(3);
  expect(countNewer(lines, lines)).toBe(0);
  expect(countNewer(lines, [])).toBe(3);
});
