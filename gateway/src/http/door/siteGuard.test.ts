import { expect, test } from 'vitest';
import { checkSite, type Fetched } from './siteGuard.ts';

const listed = ['https://board.example'];
const navigation: Fetched = {
  method: 'GET',
  path: '/ui',
  site: 'cross-site',
  mode: 'navigate',
  dest: 'document',
  origin: undefined,
};

test.each([undefined, 'same-origin', 'none'])('site %s is allowed on every path and method', (site) => {
  expect(checkSite({ ...navigation, site, path: '/mcp', method: 'POST', mode: 'cors' }, listed)).toBe(
    undefined,
  );
});

test.each(['cross-site', 'same-site', 'same-origin, cross-site', 'other', '', 'SAME-ORIGIN'])(
  'site %j is denied',
  (site) => {
    const image = { ...navigation, site, path: '/auth-check', mode: 'no-cors', dest: 'image' };
    expect(checkSite(image, listed)).toBe('origin_not_allowed');
  },
);

test.each(['/ui', '/ui/', '/ui/clients'])('a navigation to %s is allowed from any site', (path) => {
  expect(checkSite({ ...navigation, path }, listed)).toBeUndefined();
});

test.each([
  ['by POST', { method: 'POST' }],
  ['by HEAD', { method: 'HEAD' }],
  ['in a frame', { dest: 'iframe' }],
  ['as a script', { mode: 'no-cors', dest: 'script' }],
  ['to another path', { path: '/status' }],
  ['to a path that begins alike', { path: '/uis' }],
  ['without a mode', { mode: undefined }],
])('a navigation %s is denied', (_what, change) => {
  expect(checkSite({ ...navigation, ...change }, listed)).toBe('origin_not_allowed');
});

test('a page of a listed origin is allowed, a page without Origin is not', () => {
  const fetched = { ...navigation, path: '/events', mode: 'cors', dest: 'empty' };
  expect(checkSite({ ...fetched, origin: 'https://board.example' }, listed)).toBeUndefined();
  expect(checkSite({ ...fetched, origin: 'https://evil.example' }, listed)).toBe('origin_not_allowed');
  expect(checkSite(fetched, listed)).toBe('origin_not_allowed');
});
