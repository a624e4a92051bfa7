import { expect, test } from 'vitest';
import { systemClock } from '../../clock.ts';
import { limits } from '../limits.ts';
import { processServer } from '../testing/servers.ts';
import { InstanceOutput } from './instanceOutput.ts';
import { OutputLog } from './outputLog.ts';

const key = ['-----BEGIN KEY-----', 'MIIEvQIBADANBgkq', 'hkiG9w0BAQEFAASC', '-----END KEY-----'].join('\n');
const server = processServer({
  env: new Map([
    ['API_TOKEN', 'tr0ub4dor-secret'],
    ['PRIVATE_KEY', key],
  ]),
});

function opened(): { log: OutputLog; output: InstanceOutput } {
  const log = new OutputLog(systemClock);
  return { log, output: new InstanceOutput(log, server, { clientId: 'vscode', sessionId: null }) };
}

test('numbers the lines of all instances in the order in which they come', () => {
  const { log, output } = opened();
  const other = new InstanceOutput(
    log,
    { ...server, scope: 'shared' },
    { clientId: 'codex', sessionId: null },
  );
  output.stderr(Buffer.from('one\ntw'));
  other.noise('{"not": json');
  output.stderr(Buffer.from('o\nopen'));
  output.end(undefined);
  expect(log.after(0)).toMatchObject([
    { number: 1, stream: 'gateway', instance: 1, clientId: 'vscode', text: 'Starting' },
    { number: 2, stream: 'gateway', instance: 2, clientId: null, text: 'Starting' },
    { number: 3, stream: 'stderr', instance: 1, clientId: 'vscode', text: 'one', cut: false },
    { number: 4, stream: 'stdout', instance: 2, clientId: null, text: '{"not": json' },
    { number: 5, stream: 'stderr', instance: 1, text: 'two' },
    { number: 6, stream: 'stderr', instance: 1, text: 'open' },
    { number: 7, stream: 'gateway', instance: 1, text: 'Stopped' },
  ]);
  expect(log.after(5).map(({ number }) => number)).toEqual([6, 7]);
  expect(log.after(7)).toEqual([]);
});

test('takes out secrets, also in parts where a secret has several lines', () => {
  const { log, output } = opened();
  output.stderr(Buffer.from(`token=tr0ub4dor-secret\n${key}\n`));
  // Each line by itself: what is read from the middle of the secret has no half of it.
  expect(log.after(1).map(({ text }) => text)).toEqual(['token=•••', '•••', '•••', '•••', '•••']);
});

test('cuts long lines without half a secret at the cut', () => {
  const { log, output } = opened();
  const filler = 'x'.repeat(limits.outputLine - 8);
  output.stderr(Buffer.from(`${filler}tr0ub4dor-secret\n`));
  const [line] = log.after(1);
  expect(line).toMatchObject({ cut: true });
  expect(line?.text).toBe('x'.repeat(limits.outputLine / 2));
  expect(line?.text).not.toContain('tr0u');
});

test('keeps a bounded number of lines, and of characters', () => {
  const { log, output } = opened();
  for (let i = 0; i < 3; i++) output.stderr(Buffer.from('a\n'.repeat(limits.outputLines)));
  expect(log.after(0)).toHaveLength(limits.outputLines);
  expect(log.last).toBe(1 + 3 * limits.outputLines);
  output.stderr(Buffer.from(`${'b'.repeat(8_000)}\n`.repeat(100)));
  const kept = log.after(0);
  expect(kept.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThanOrEqual(limits.output);
  expect(kept.at(-1)?.number).toBe(1 + 3 * limits.outputLines + 100);
});

test('wakes who waits for a line, and everybody when it closes', async () => {
  const { log, output } = opened();
  const forever = 2 ** 31 - 1;
  const waiting = log.waitAfter(1, forever);
  output.stderr(Buffer.from('one\n'));
  await waiting;
  await log.waitAfter(0, forever);
  const late = log.waitAfter(2, forever);
  log.close();
  await late;
  await log.waitAfter(2, forever);
});
