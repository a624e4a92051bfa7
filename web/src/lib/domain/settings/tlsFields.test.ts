import { expect, test } from 'vitest';
import { settingsView } from 'lmcp-gateway/src/api/schema/registryView.ts';
import { tlsFileFields, tlsPatch } from './tlsFields.ts';

test('every key of TLS is edited on the page', () => {
  const edited = [...tlsFileFields.map(({ key }) => key), 'client_certificates'];
  expect(edited.sort()).toEqual(Object.keys(settingsView.shape.tls.unwrap().shape).sort());
});

test('sets one key, removes it, and removes TLS with the last one', () => {
  const current = { cert_file: 'a.pem', key_file: 'a.key' };
  expect(tlsPatch(undefined, 'cert_file', ' a.pem ')).toEqual({ lmcp: { tls: { cert_file: 'a.pem' } } });
  expect(tlsPatch(current, 'key_file', '')).toEqual({ lmcp: { tls: { key_file: null } } });
  expect(tlsPatch({ key_file: 'a.key' }, 'key_file', ' ')).toEqual({ lmcp: { tls: null } });
});
