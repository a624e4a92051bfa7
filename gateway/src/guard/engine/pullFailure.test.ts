import fc from 'fast-check';
import { expect, it } from 'vitest';
import { pullFailure } from './pullFailure.ts';

it.each([
  [
    'pull access denied for x, repository does not exist or may require docker login: denied',
    'denies access',
  ],
  ['manifest for x:y not found: manifest unknown: manifest unknown', 'no such image'],
  ['Get "https://x/v2/": dial tcp: lookup x on 10.0.0.1:53: no such host', 'can’t be reached'],
  ['Get "https://x/v2/": net/http: request canceled (Client.Timeout exceeded)', 'can’t be reached'],
  ['toomanyrequests: You have reached your pull rate limit', 'rate limit'],
  ['write /var/lib/docker/tmp/x: no space left on device', 'disk is full'],
  ['no matching manifest for linux/arm64 in the manifest list entries', 'no variant'],
  ['error parsing HTTP 200 response body: SECRET-FROM-LOOPBACK', 'could not pull'],
])('tells of %s', (text, told) => {
  expect(pullFailure(text)).toContain(told);
});

it('repeats nothing of the text', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (before, after) => {
      expect(pullFailure(`${before}SECRET${after}`)).not.toContain('SECRET');
    }),
  );
});
