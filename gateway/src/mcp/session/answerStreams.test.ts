import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ByteBudget } from '../../byteBudget.ts';
import type { JsonText } from '../../json/jsonText.ts';
import type { EventStream } from '../jsonrpc/exchange.ts';
import { AnswerStreams } from './answerStreams.ts';

class Reader implements EventStream {
  open = true;
  readonly seen: string[] = [];
  send(text: string, id?: string): boolean {
    this.seen.push(`${id} ${text}`);
    return this.open;
  }
  offer(text: string, id?: string): boolean {
    return this.send(text, id);
  }
  finish(text: JsonText, id?: string): void {
    this.seen.push(`${id} ${typeof text === 'string' ? text : 'joined'} end`);
    this.open = false;
  }
  prime(id: string, retryMs: number): void {
    this.seen.push(`${id} retry ${retryMs}`);
  }
  close(): void {
    this.open = false;
  }
  onClose(): void {}
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function made(budget = new ByteBudget(() => 4 * 1024 ** 3)) {
  const streams = new AnswerStreams(budget.open({ kind: 'client', id: 'codex' }), true);
  const reader = new Reader();
  return { streams, reader, budget, stream: streams.open(reader) };
}

function resumed(streams: AnswerStreams, id: string): readonly string[] | undefined {
  const reader = new Reader();
  return streams.resume(id, () => reader) ? reader.seen : undefined;
}

test('events of an answer have ids, and the first says that it can be taken up again', () => {
  const { stream, reader } = made();
  stream.send('progress');
  stream.finish('answer');
  expect(reader.seen).toEqual(['a1-0 retry 1000', 'a1-1 progress', 'a1-2 answer end']);
});

test('a client of a revision without events that carry no message gets none', () => {
  const streams = new AnswerStreams(undefined, false);
  const reader = new Reader();
  streams.open(reader).send('progress');
  expect(reader.seen).toEqual(['a1-1 progress']);
});

test('a reader that comes back before the answer gets what it missed, and the rest', () => {
  const { streams, stream, reader } = made();
  stream.send('one');
  stream.send('two');
  reader.open = false;
  expect(stream.send('to the session')).toBe(false);
  const again = new Reader();
  expect(streams.resume('a1-1', () => again)).toBe(true);
  stream.send('three');
  stream.finish('answer');
  expect(again.seen).toEqual(['a1-2 two', 'a1-3 three', 'a1-4 answer end']);
});

test('an answer that nobody read waits five minutes, one that was written half a minute', () => {
  const { streams, stream, reader, budget } = made();
  reader.open = false;
  stream.finish('missed');
  const other = streams.open(new Reader());
  other.finish('written');
  expect(resumed(streams, 'a2-0')).toEqual(['a2-1 written end']);
  vi.advanceTimersByTime(30_000);
  expect([resumed(streams, 'a2-0'), resumed(streams, 'a1-0')]).toEqual([undefined, ['a1-1 missed end']]);
  vi.advanceTimersByTime(270_000);
  expect([resumed(streams, 'a1-0'), budget.total]).toEqual([undefined, 0]);
});

test('an id of another stream, of none, and of the stream of the session resumes nothing', () => {
  const { streams } = made();
  for (const id of ['a2-0', 'a0-1', '7', 'a1', 'a1-x', '', 'a99999999999-1'])
    expect(resumed(streams, id)).toBeUndefined();
  expect(['a1-0', '7', 'a1'].map((id) => AnswerStreams.isOne(id))).toEqual([true, false, false]);
});

test('what is kept is bounded: the oldest answers go first, and none grows without end', () => {
  const { streams, budget } = made();
  for (let number = 0; number < 40; number++) streams.open(new Reader()).finish('x'.repeat(1000));
  expect(budget.total).toBeLessThanOrEqual(17_000);
  expect(resumed(streams, 'a5-0')).toBeUndefined();
  expect(resumed(streams, 'a41-0')).toHaveLength(1);
  const long = streams.open(new Reader());
  for (let number = 0; number < 500; number++) long.send('y'.repeat(1000));
  expect(budget.total).toBeLessThanOrEqual(17_000 + 64_000);
  const large = streams.open(new Reader());
  large.finish('z'.repeat(300 * 1024));
  expect(resumed(streams, 'a43-0')).toBeUndefined();
});

test('without memory an answer is sent, and not kept', () => {
  const { streams, stream, reader, budget } = made(new ByteBudget(() => 40));
  stream.finish('an answer of some length');
  expect(reader.seen.at(-1)).toBe('a1-1 an answer of some length end');
  expect([resumed(streams, 'a1-0'), budget.total]).toEqual([[], 0]);
});

test('with its session all that is kept goes; a call under way is answered where it was asked', () => {
  const { streams, stream, reader, budget } = made();
  const missed = streams.open(Object.assign(new Reader(), { open: false }));
  missed.finish('missed');
  const lost = streams.open(new Reader());
  const again = new Reader();
  streams.resume('a3-0', () => again);
  streams.end();
  expect([reader.open, again.open, budget.total]).toEqual([true, false, 0]);
  stream.send('late');
  stream.finish('answer');
  lost.finish('nobody');
  expect(reader.seen.slice(1)).toEqual(['a1-1 late', 'a1-2 answer end']);
  expect(['a1-0', 'a2-0', 'a3-0'].map((id) => resumed(streams, id))).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(budget.total).toBe(0);
});
