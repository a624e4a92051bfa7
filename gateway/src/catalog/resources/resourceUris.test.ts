import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exposedUri, splitUri } from './resourceUris.ts';

const serverId = fc
  .stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,20}$/)
  .filter((id) => !id.includes('__') && !id.endsWith('_'));
const uri = fc.oneof(
  fc.webUrl({ withFragments: true, withQueryParameters: true }),
  fc.string({ unit: 'grapheme', minLength: 1 }),
  fc.constantFrom('file:///a b', '~x', 'urn:a#b#c', 'http://[::1]/x', 'test://{id}/data', 'a%zz:b'),
);

test('round-trips every URI of every server, and exposes valid URIs', () => {
  fc.assert(
    fc.property(serverId, uri, (server, given) => {
      const exposed = exposedUri({ serverId: server, uri: given });
      expect(exposed).toBeDefined();
      expect(splitUri(exposed!)).toEqual({ serverId: server, uri: given });
      expect(exposed).toMatch(/^lmcp:[A-Za-z0-9_-]+\/[^\s"<>\\`[\]]+$/);
      // Parsing and serialising by the URL standard changes nothing that a server would receive.
      const isTemplate = /[{}|^]/.test(exposed!);
      if (!isTemplate) expect(new URL(exposed!).href).toBe(exposed);
    }),
  );
});

test('exposed URIs are unique', () => {
  fc.assert(
    fc.property(serverId, uri, serverId, uri, (a, x, b, y) => {
      fc.pre(a !== b || x !== y);
      expect(exposedUri({ serverId: a, uri: x })).not.toBe(exposedUri({ serverId: b, uri: y }));
    }),
  );
});

test('a template expanded by the client equals the expanded template of the server', () => {
  expect(exposedUri({ serverId: 's', uri: 'test://{id}/data' })).toBe('lmcp:s/test://{id}/data');
  expect(splitUri('lmcp:s/test://a%20b/data')).toEqual({ serverId: 's', uri: 'test://a%20b/data' });
});

test.each(['', 'file:///x', 'lmcp:', 'lmcp:s', 'lmcp:s/', 'lmcp:/x:y', 'lmcp:s/~%'])(
  '%j is not an exposed URI',
  (given) => {
    expect(splitUri(given)).toBeUndefined();
  },
);
