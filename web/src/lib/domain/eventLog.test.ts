import { expect, test } from 'vitest';
import type { AuditLine } from 'lmcp-gateway/src/audit/types.ts';
import { addEvents, emptyLog, eventCapacity } from './eventLog.ts';

function line(seq: number): AuditLine {
  return {
    seq,
    prev: '',
    ts: '',
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

test('the oldest lines are let go', () => {
  const many = Array.from({ length: eventCapacity + 5 }, (_, index) => line(index + 1));
  const log = addEvents(emptyLog, many);
  expect(log.lines).toHaveLength(eventCapacity);
  expect(log.lines.at(-1)?.seq).toBe(6);
});

test('nothing new leaves the same object, so that nothing is drawn again', () => {
  const log = addEvents(emptyLog, [line(1)]);
  expect(addEvents(log, [line(1)])).toBe(log);
});
