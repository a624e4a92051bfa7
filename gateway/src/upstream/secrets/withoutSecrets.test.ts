import fc from 'fast-check';
import { expect, test } from 'vitest';
import { httpServer, processServer } from '../testing/servers.ts';
import { hasSecretName, looksGenerated } from './looksSecret.ts';
import { withoutSecrets } from './withoutSecrets.ts';

const headers = (...values: string[]) =>
  httpServer('http://u:p4ssword%21x@127.0.0.1:1/mcp?key=query-value', {
    headers: new Map(values.map((value, index) => [`x-${index}`, value])),
  });

test.each([
  'Bearer correct-horse',
  'correct-horse',
  'p4ssword!x',
  'p4ssword%21x',
  'query-value',
  Buffer.from('correct-horse').toString('base64'),
  encodeURIComponent('Bearer correct-horse'),
])('takes %s out of what an http server says', (secret) => {
  const said = withoutSecrets(headers('Bearer correct-horse'), `the key "${secret}" is not valid`);
  expect(said).not.toContain(secret);
  expect(said).toMatch(/^the key ".*•••" is not valid$/);
});

test('takes the password of Basic credentials out', () => {
  const basic = `Basic ${Buffer.from('user:open-sesame').toString('base64')}`;
  expect(withoutSecrets(headers(basic), 'no open-sesame')).toBe('no •••');
});

test.each([
  [{ env: new Map([['DB_PASSWORD', 'tr0ub4dor']]) }, 'tr0ub4dor'],
  [{ env: new Map([['DB', 'postgres://me:tr0ub4dor@db.test:5432/x']]) }, 'tr0ub4dor'],
  [{ env: new Map([['DB', 'jdbc:postgresql://me:tr0ub4dor@db.test/x']]) }, 'tr0ub4dor'],
  [{ env: new Map([['PLAIN', 'x9Kf82LmQ0zP4rTb']]) }, 'x9Kf82LmQ0zP4rTb'],
  [{ args: ['--api-key', 'tr0ub4dor'] }, 'tr0ub4dor'],
  [{ args: ['--api-key=tr0ub4dor'] }, 'tr0ub4dor'],
  [{ args: ['API_KEY=tr0ub4dor'] }, 'tr0ub4dor'],
  [{ args: ['sk-live-abcdefgh'] }, 'sk-live-abcdefgh'],
])('takes secrets of %j out of what a process says', (changes, secret) => {
  expect(withoutSecrets(processServer(changes), `x ${secret} y`)).toBe('x ••• y');
});

test('packages, paths, hosts, ports and short values stay readable', () => {
  const args = [
    '-y',
    '@modelcontextprotocol/server-filesystem@2025.11.25',
    '/home/me/projects2025/x1',
    '--port',
    '8931',
  ];
  const env = new Map([
    ['HOST', 'db1.internal.example.test'],
    ['TOKEN', 'short'],
    ['MODE', 'production-v2'],
  ]);
  const said = [...args, ...env.values()].join(' ');
  expect(withoutSecrets(processServer({ args, env }), said)).toBe(said);
});

test('no form of a header value is left, whatever the value', () => {
  const value = fc
    .string({ unit: 'grapheme', minLength: 8, maxLength: 60 })
    .filter((text) => /^[^\s•<>]+$/.test(text));
  fc.assert(
    fc.property(value, (secret) => {
      const base64 = Buffer.from(secret).toString('base64');
      for (const form of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), base64]) {
        expect(withoutSecrets(headers(secret), `<${form}>`)).toBe('<•••>');
      }
    }),
  );
});

/** Encodes some of the characters, by whichever rule. */
function encodedSomehow(secret: string, choices: readonly number[]): string {
  const forms: readonly ((character: string) => string)[] = [
    (character) => character,
    (character) =>
      [...Buffer.from(character)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
    (character) => encodeURIComponent(character),
    (character) => JSON.stringify(character).slice(1, -1),
    (character) => character.replace('&', '&amp;').replace('"', '&quot;').replace("'", '&#39;'),
  ];
  return Array.from(secret, (character, at) => forms[choices[at] ?? 0]?.(character) ?? character).join('');
}

test('no form is left in which some characters are encoded', () => {
  const value = fc.string({ minLength: 8, maxLength: 20 }).filter((text) => /^[^\s•<>]+$/.test(text));
  fc.assert(
    fc.property(value, fc.array(fc.nat(4), { minLength: 20, maxLength: 20 }), (secret, choices) => {
      expect(withoutSecrets(headers(secret), `<${encodedSomehow(secret, choices)}>`)).toBe('<•••>');
    }),
  );
});

test('nothing of it is left in Base64 of a longer text', () => {
  const value = fc.stringMatching(/^[a-z]{4}-[0-9]{4}-[a-z]{4,8}$/);
  const around = fc.string({ unit: 'binary-ascii', maxLength: 6 });
  const alphabet = fc.constantFrom('base64', 'base64url');
  fc.assert(
    fc.property(around, value, around, alphabet, (before, secret, behind, encoding) => {
      const said = withoutSecrets(headers(secret), Buffer.from(before + secret + behind).toString(encoding));
      expect(Buffer.from(said.replaceAll('•••', ''), 'base64').toString()).toBe(before);
    }),
  );
});

test.each(['API_KEY', 'apiKey', 'x-auth-token', 'DB_PASSWORD', 'GITHUB_PAT', 'key'])(
  '%s names a secret',
  (name) => expect(hasSecretName(name)).toBe(true),
);

test.each(['PATH', 'HOST', 'keyboard', 'monkey', 'path', 'pattern'])('%s does not name a secret', (name) =>
  expect(hasSecretName(name)).toBe(false),
);

test.each(['eyJhbGciOi', 'ghp_x', 'a1b2c3d4e5f6a7b8', 'Zk3vQ9xLw27TnBd1'])('%s looks generated', (value) =>
  expect(looksGenerated(value)).toBe(true),
);

test.each([
  '/usr/lib/node24/bin/x86a1b2c3',
  'server-filesystem-2025',
  'myCompanyToolServerName',
  'python3.12-slim-bookworm',
])('%s does not look generated', (value) => expect(looksGenerated(value)).toBe(false));
