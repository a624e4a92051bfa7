import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseRegistry } from '../../registry/parse.ts';
import type { Edited } from './registryEdit.ts';
import { restoreEdit } from './restoreEdit.ts';

const servers = 'servers:\n  time: {transport: stdio, command: node}\n';

function restore(earlier: string, today: string): Edited {
  const parsed = parseRegistry(today, { env: {}, baseDir: '/', readTokenFile: () => 'token-in-a-file-0123' });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return restoreEdit(earlier)(today, parsed.registry);
}

function text(edited: Edited): string {
  return edited.ok ? edited.text : JSON.stringify(edited.problems);
}

test('access comes back, tokens stay as they are today, in whatever form', () => {
  const earlier = `# before
lmcp: {management_token: revoked-management-token}
clients:
  a: # the agent
    token: revoked-token-of-a-0123
    allow_servers: [time]
  b: {token_sha256: ${'a'.repeat(64)}, allow_servers: [time]}
${servers}`;
  const today = `lmcp: {port: 7346, management_token_sha256: ${'b'.repeat(64)}}
clients:
  a: {token_sha256: [${'c'.repeat(64)}, ${'d'.repeat(64)}], allow_servers: []}
  b: {token_file: b.token, allow_servers: []}
${servers}`;
  const restored = text(restore(earlier, today));
  expect(parse(restored)).toEqual({
    lmcp: { management_token_sha256: 'b'.repeat(64) },
    clients: {
      a: { token_sha256: ['c'.repeat(64), 'd'.repeat(64)], allow_servers: ['time'] },
      b: { token_file: 'b.token', allow_servers: ['time'] },
    },
    servers: { time: { transport: 'stdio', command: 'node' } },
  });
  expect(restored).not.toContain('revoked');
  expect(restored).toContain('# before');
  expect(restored).toContain('a: # the agent');
});

test('management that was disabled since stays disabled', () => {
  const restored = text(
    restore(`lmcp: {port: 7345, management_token: revoked-management}\n${servers}`, servers),
  );
  expect(parse(restored)).toMatchObject({ lmcp: { port: 7345 } });
  expect(restored).not.toContain('management_token');
});

test('a client that is gone today is left out, and that is said', () => {
  const earlier = `clients:\n  gone: {token: revoked-token-of-gone, allow_servers: [time]}\n  a: {token: token-of-a-0123456789, allow_servers: []}\n${servers}`;
  const today = `clients:\n  a: {token: token-of-a-0123456789, allow_servers: [time]}\n${servers}`;
  const restored = restore(earlier, today);
  expect(parse(text(restored))).toMatchObject({ clients: { a: { allow_servers: [] } } });
  expect(text(restored)).not.toContain('gone');
  expect(restored.ok && restored.notes).toEqual([
    'client gone of the earlier registry is left out: it has no token today; add it again to give it one',
  ]);
});

test('an earlier text that is not a registry is rejected', () => {
  expect(restore('clients: [', servers).ok).toBe(false);
});
