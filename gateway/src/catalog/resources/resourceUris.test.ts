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

test('every URI comes back as it was, from every server, and the offered one is valid', () => {
  fc.assert(
    fc.property(serverId, uri, (server, given) => {
      const exposed = exposedUri({ serverId: server, uri: given });
      expect(exposed).toBeDefined();
      expect(splitUri(exposed!)).toEqual({ serverId: server, uri: given });
      expect(exposed).toMatch(/^lmcp:[A-Za-z0-9_-]+\/[^\s"<>\\`[\]]+$/);
      // A client that reads it as the URL standard says, and writes it back, changes nothing a server would see.
      const isTemplate = /[{}|^]/.test(exposed!);
      if (!isTemplate) expect(new URL(exposed!).href).toBe(exposed);
    }),
  );
});

test('no two resources have one URI', () => {
  fc.assert(
    fc.property(serverId, uri, serverId, uri, (a, x, b, y) => {
      fc.pre(a !== b || x !== y);
      expect(exposedUri({ serverId: a, uri: x })).not.toBe(exposedUri({ serverId: b, uri: y }));
    }),
  );
});

test('a template filled in by the client is the server’s template filled in', () => {
  expect(exposedUri({ serverId: 's', uri: 'test://{id}/data' })).toBe('lmcp:s/test://{id}/data');
  expect(splitUri('lmcp:s/test://a%20b/data')).toEqual({ serverId: 's', uri: 'test://a%20b/data' });
});

test.each(['', 'file:///x', 'lmcp:', 'lmcp:s', 'lmcp:s/', 'lmcp:/x:y', 'lmcp:s/~%'])(
  '%j is none of ours',
  (given) => {
    expect(splitUri(given)).toBeUndefined();
  },
);
