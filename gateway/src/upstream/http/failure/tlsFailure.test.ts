import { expect, test } from 'vitest';
import { tlsFailure } from './tlsFailure.ts';

test.each([
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'servers.files.url'],
  ['EPROTO', 'Write http:// into servers.files.url'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'NODE_EXTRA_CA_CERTS'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'NODE_EXTRA_CA_CERTS'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'NODE_EXTRA_CA_CERTS'],
  ['CERT_HAS_EXPIRED', 'Renew it at the server'],
  ['CERT_NOT_YET_VALID', 'Set the clock'],
])('%s says what to set', (code, message) => {
  expect(tlsFailure('files', code)).toContain(message);
});

test('any other failure is none of TLS', () => {
  expect(tlsFailure('files', 'ECONNRESET')).toBeUndefined();
});
