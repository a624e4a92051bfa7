import { expect, test } from 'vitest';
import { AppRegistrations } from './registeredApp.ts';

const registrations = new AppRegistrations(new Uint8Array(32).fill(7));
const metadata = { client_name: 'Editor', redirect_uris: ['http://127.0.0.1/callback'] };

function registered(): string {
  const read = registrations.register(metadata);
  if (!read.ok) throw new Error(read.message);
  return read.app.id;
}

test('an id holds what was registered, and is known after a restart', () => {
  const again = new AppRegistrations(new Uint8Array(32).fill(7));
  expect(again.find(registered())).toMatchObject({ name: 'Editor', redirectUris: metadata.redirect_uris });
});

test('an id of another installation, or one that was changed anywhere, is of no application', () => {
  const id = registered();
  expect(new AppRegistrations(new Uint8Array(32)).find(id)).toBeUndefined();
  for (let at = 0; at < id.length; at++) {
    const other = id[at] === 'A' ? 'B' : 'A';
    expect(registrations.find(id.slice(0, at) + other + id.slice(at + 1))).toBeUndefined();
  }
  for (const made of ['', 'lmcp_app_', 'lmcp_app_.', `${id}.`, `${id}x`, id.slice(9)])
    expect(registrations.find(made)).toBeUndefined();
});

test.each([
  ['nothing', undefined, 'invalid_client_metadata'],
  ['a list', [], 'invalid_client_metadata'],
  ['no redirect URI', { redirect_uris: [] }, 'invalid_client_metadata'],
  ['too many', { redirect_uris: Array(11).fill('http://127.0.0.1/') }, 'invalid_client_metadata'],
  ['one that is not allowed', { redirect_uris: ['http://a.example/'] }, 'invalid_redirect_uri'],
  [
    'too much in all',
    { redirect_uris: Array.from({ length: 10 }, (_, n) => `https://a.example/${n}${'x'.repeat(480)}`) },
    'invalid_client_metadata',
  ],
])('%s is rejected', (_what, given, error) => {
  expect(registrations.register(given)).toMatchObject({ ok: false, error });
});
