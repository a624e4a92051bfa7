import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readRunFile, removeRunFile, runFilePath, writeRunFile } from './runFile.ts';

const running = { pid: 7, host: '127.0.0.1', port: 7345, tls: false, socket: '/run/user/7/lmcp/a.sock' };
let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lmcp-run-'));
  path = runFilePath(join(folder, 'audit.log'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('gives back what was written, mode 0600, whatever the file was before', async () => {
  writeFileSync(path, 'x'.repeat(10_000), { mode: 0o644 });
  for (const socket of [running.socket, null]) {
    await writeRunFile(path, { ...running, socket });
    expect(await readRunFile(path)).toEqual({ ...running, socket });
  }
  expect(statSync(path).mode & 0o777).toBe(0o600);
  await removeRunFile(path);
  expect(await readRunFile(path)).toBeUndefined();
  await removeRunFile(path);
});

test.each([
  '',
  '{"pid":7,"ho',
  'null',
  '[]',
  JSON.stringify({ ...running, port: 0 }),
  JSON.stringify({ ...running, pid: -1 }),
  JSON.stringify({ ...running, socket: 'relative.sock' }),
  JSON.stringify({ ...running, note: 'x'.repeat(5_000) }),
])('names no gateway: %j', async (text) => {
  writeFileSync(path, text);
  expect(await readRunFile(path)).toBeUndefined();
});

test('follows no link and waits for no other end of a pipe', async () => {
  const elsewhere = join(folder, 'elsewhere');
  writeFileSync(elsewhere, JSON.stringify(running));
  symlinkSync(elsewhere, path);
  await expect(readRunFile(path)).rejects.toThrow('ELOOP');
  await expect(writeRunFile(path, running)).rejects.toThrow('ELOOP');
  expect(readFileSync(elsewhere, 'utf8')).toBe(JSON.stringify(running));
  rmSync(path);
  spawnSync('mkfifo', [path]);
  await expect(readRunFile(path)).rejects.toThrow('a named pipe (FIFO), not a run file');
});
