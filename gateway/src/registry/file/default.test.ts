import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDefaultRegistry } from './default.ts';
import { parseRegistry } from '../parse.ts';

const serverScript = fileURLToPath(new URL('../../../builtin/time-server.mjs', import.meta.url));
let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'lmcp-default-'))));
afterAll(() => rmSync(folder, { recursive: true }));

describe('createDefaultRegistry', () => {
  test('writes a valid registry for its owner alone, with a token of 256 bits for each client', async () => {
    const path = join(folder, 'config', 'registry.yaml');
    const { text, tokens } = await createDefaultRegistry(path, { serverScript: 'C:\\a "b"\\time.mjs' });
    expect(readFileSync(path, 'utf8')).toBe(text);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const result = parseRegistry(text, { env: {}, baseDir: folder, readTokenFile: () => '' });
    expect(result).toMatchObject({ ok: true, warnings: [] });
    if (!result.ok) return;
    const { clients, servers, settings } = result.registry;
    expect([...clients.keys()]).toEqual(['vscode', 'codex', 'claude-desktop']);
    for (const client of clients.values()) expect([...client.allowServers]).toEqual(['time']);
    expect(servers.get('time')).toMatchObject({ command: 'node', args: ['C:\\a "b"\\time.mjs'] });
    expect(settings.managementTokens).toEqual([]);
    expect(new Set(tokens.values()).size).toBe(3);
    for (const token of tokens.values()) expect(Buffer.from(token, 'base64url')).toHaveLength(32);
  });

  test('asks for a process by name where that must be', async () => {
    const path = join(folder, 'image', 'registry.yaml');
    const { text } = await createDefaultRegistry(path, { serverScript, runtime: 'process' });
    const context = { env: {}, baseDir: folder, readTokenFile: () => '', insideImage: true };
    const result = parseRegistry(text, context);
    expect(result.ok && result.registry.servers.get('time')?.runtime).toBe('process');
  });

  test('never overwrites one', async () => {
    const path = join(folder, 'registry.yaml');
    const { text } = await createDefaultRegistry(path, { serverScript });
    await expect(createDefaultRegistry(path, { serverScript })).rejects.toMatchObject({ code: 'EEXIST' });
    expect(readFileSync(path, 'utf8')).toBe(text);
  });
});

interface Answer {
  readonly id: unknown;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly code: number };
}

/** Sends the lines to the server, closes its input, and returns its output. */
async function converse(...lines: readonly unknown[]): Promise<Answer[]> {
  const child = spawn(process.execPath, [serverScript], { stdio: ['pipe', 'pipe', 'inherit'] });
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
  child.stdin.end(
    lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''),
  );
  const answers: Answer[] = [];
  for await (const line of createInterface({ input: child.stdout })) answers.push(JSON.parse(line) as Answer);
  expect(await closed).toBe(0);
  return answers;
}

const call = (id: number, name: string, given: unknown) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name, arguments: given },
});

describe('the time server', () => {
  test('speaks MCP: initialize, ping, tools/list, and errors for what it does not know', async () => {
    const answers = await converse(
      { jsonrpc: '2.0', id: 1, method: 'initialize', params: { protocolVersion: '2025-06-18' } },
      { jsonrpc: '2.0', method: 'notifications/initialized' },
      { jsonrpc: '2.0', id: 'two', method: 'ping' },
      { jsonrpc: '2.0', id: 3, method: 'tools/list' },
      { jsonrpc: '2.0', id: 4, method: '__proto__' },
      call(5, 'toString', {}),
      'not json',
      '[]',
    );
    expect(answers).toMatchObject([
      { id: 1, result: { protocolVersion: '2025-06-18', serverInfo: { name: 'lmcp-time' } } },
      { id: 'two', result: {} },
      {
        id: 3,
        result: {
          tools: [{ name: 'current_time', annotations: { readOnlyHint: true } }, { name: 'convert_time' }],
        },
      },
      { id: 4, error: { code: -32601 } },
      { id: 5, error: { code: -32602 } },
      { id: null, error: { code: -32700 } },
      { id: null, error: { code: -32600 } },
    ]);
  });

  test('tells and converts the time, also around a change of the clocks', async () => {
    const zones = { from_timezone: 'Europe/Berlin', to_timezone: 'America/St_Johns' };
    const answers = await converse(
      call(1, 'current_time', { timezone: 'Asia/Kathmandu' }),
      call(2, 'convert_time', { time: '2026-03-29T12:00', ...zones }),
      call(3, 'convert_time', { time: '2026-03-29T00:30', ...zones }),
      call(4, 'convert_time', { time: '2026-01-01T00:00:00+14:00' }),
    );
    expect(answers[0]?.result?.['structuredContent']).toMatchObject({
      iso: expect.stringMatching(/\+05:45$/) as string,
    });
    expect(answers.slice(1).map(({ result }) => result?.['structuredContent'])).toMatchObject([
      { iso: '2026-03-29T07:30:00-02:30', weekday: 'Sunday' },
      { iso: '2026-03-28T21:00:00-02:30', weekday: 'Saturday' },
      { iso: '2025-12-31T10:00:00+00:00', weekday: 'Wednesday' },
    ]);
  });

  test('tells the caller what is wrong with the arguments', async () => {
    const answers = await converse(
      call(1, 'current_time', { timezone: 'Mars/Olympus' }),
      call(2, 'convert_time', {}),
      call(3, 'convert_time', { time: 'noon' }),
      call(4, 'convert_time', { time: '2026-99-01T00:00' }),
      call(5, 'current_time', { zone: 'UTC' }),
      call(6, 'current_time', { timezone: 5 }),
      call(7, 'current_time', null),
    );
    expect(answers.map(({ result }) => result?.['isError'])).toEqual(Array(7).fill(true));
  });
});
