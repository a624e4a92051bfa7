import { expect, test } from 'vitest';
import { AuditUnavailableError } from '../errors.ts';
import { durable, onceDurable } from './durable.ts';
import { Trail } from './trail.ts';
import type { Audit } from './types.ts';

function auditTrail(append: Audit['append']) {
  return new Trail({ append } as Audit, null);
}
const note = { event: 'server_auth', allowed: true, reason: 'ok' } as const;

test.each(['resolves', 'rejects'])('flushes in one batch before it %s', async (end) => {
  const flushed = Promise.withResolvers<undefined>();
  const batches: number[] = [];
  const trail = auditTrail(async (entries) => {
    batches.push(entries.length);
    await flushed.promise;
  });
  let ended = false;
  const part = durable(trail, () => {
    trail.note(note);
    trail.note(note);
    if (end === 'rejects') throw new Error('denied');
    return 'allowed';
  })
    .catch((error: unknown) => String(error))
    .finally(() => (ended = true));
  await expect.poll(() => batches).toEqual([2]);
  expect(ended).toBe(false);
  flushed.resolve(undefined);
  expect(await part).toBe(end === 'rejects' ? 'Error: denied' : 'allowed');
});

test('fails where the log cannot be written, whatever was decided', async () => {
  const unavailable = new AuditUnavailableError('the disk is full');
  const trail = auditTrail(() => Promise.reject(unavailable));
  const part = (fails: boolean) => () => {
    trail.note(note);
    if (fails) throw new Error('denied');
  };
  await expect(durable(trail, part(false))).rejects.toBe(unavailable);
  await expect(durable(trail, part(true))).rejects.toBe(unavailable);
});

test('does an action only once what was noted before is durable', async () => {
  const order: string[] = [];
  const trail = auditTrail(async () => {
    await Promise.resolve();
    order.push('flushed');
  });
  trail.note(note);
  await onceDurable(trail, () => order.push('done'));
  expect(order).toEqual(['flushed', 'done']);
});

test('does no action where what was noted before cannot be logged', async () => {
  const unavailable = new AuditUnavailableError('the disk is full');
  const trail = auditTrail(() => Promise.reject(unavailable));
  trail.note(note);
  let done = false;
  await expect(onceDurable(trail, () => (done = true))).rejects.toBe(unavailable);
  expect(done).toBe(false);
});
