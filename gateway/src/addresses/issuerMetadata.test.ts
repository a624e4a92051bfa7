import { expect, test } from 'vitest';
import { issuerMetadataUrls } from './issuerMetadata.ts';

test('metadata of an issuer are looked for in the order of the specification', () => {
  expect(issuerMetadataUrls(new URL('https://a.example/tenant/'))).toEqual([
    'https://a.example/.well-known/oauth-authorization-server/tenant',
    'https://a.example/.well-known/openid-configuration/tenant',
    'https://a.example/tenant/.well-known/openid-configuration',
  ]);
  expect(issuerMetadataUrls(new URL('https://a.example'))).toEqual([
    'https://a.example/.well-known/oauth-authorization-server',
    'https://a.example/.well-known/openid-configuration',
  ]);
});
