import fc from 'fast-check';
import { expect, test } from 'vitest';
import { recordedUri } from './recordedUri.ts';

test.each([
  ['file:///home/x/notes.md', 'file:///home/x/notes.md'],
  ['file:///C:/Users/x/My%20notes.md', 'file:///C:/Users/x/My%20notes.md'],
  ['file:///srv/node_modules/@scope/p%C3%A9/ж.txt', 'file:///srv/node_modules/@scope/p%C3%A9/ж.txt'],
  ['memo://insights', 'memo://insights'],
  ['http://[::1]:8080/x', 'http://[::1]:8080/x'],
  ['postgres://user:secret@host/db', 'postgres://…@host/db'],
  ['postgres://user:sec@ret@host:5432/db', 'postgres://…@host:5432/db'],
  ['postgres://user:secret', 'postgres:…'],
  ['https://user:secret\\@host/', 'https:…'],
  ['https://host/path?token=secret', 'https://host/path…'],
  ['https://host/path#secret', 'https://host/path…'],
  ['https://host/path%3Ftoken%3Dsecret', 'https://host/path…'],
  ['https://host/path;token=secret', 'https://host/path…'],
  ['proxy://host/https://user:secret@host', 'proxy://host/https…'],
  ['data:text/plain,secret', 'data:…'],
  [' data:text/plain,secret', '…'],
  ['jdbc:postgresql://user:secret@host/db', 'jdbc:…'],
  ['view:https://user:secret@host/', 'view:…'],
  ['mailto:user@host', 'mailto:…'],
  ['secret', '…'],
])('%s is logged as %s', (uri, recorded) => expect(recordedUri(uri)).toBe(recorded));

test('cuts a long URI, which stays well formed', () => {
  expect(recordedUri(`a://x/${'x'.repeat(5_000)}`)).toHaveLength(201);
  expect(recordedUri(`a://x/${'x'.repeat(193)}\u{20000}`).isWellFormed()).toBe(true);
});

test('never logs credentials, query values or fragments', () => {
  const secret = fc.stringMatching(/^[a-z]{3,8}-SECRET-[a-z]{3,8}$/);
  const uri = fc
    .tuple(
      fc.constantFrom('', ' ', 'view:', 'jdbc:', 'proxy://h/', 'x:y:'),
      fc.constantFrom('https://', 'postgres://', 'mongodb+srv://', 'a:'),
      fc.constantFrom('user:%@host/p', '%@host/p', 'host/p?k=%', 'host?%', 'host/p#%', '[::1]/p?a=b&k=%#f'),
      secret,
    )
    .map(([before, scheme, form, value]) => [before + scheme + form.replace('%', value), value] as const);
  fc.assert(
    fc.property(uri, ([text, value]) => {
      expect(recordedUri(text)).not.toContain(value);
    }),
  );
});
