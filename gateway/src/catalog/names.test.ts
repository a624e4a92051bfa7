import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exposeAll, exposedName, looksLikeAlias, splitName } from './names.ts';

const serverId = fc
  .stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/)
  .filter((id) => !id.includes('__') && !id.endsWith('_'));
const tool = fc.oneof(
  fc.string({ minLength: 1, maxLength: 80 }),
  fc.stringMatching(/^[A-Za-z0-9_.-]{1,60}$/),
);

test('keeps a valid name as the plain name', () => {
  expect(exposedName('github', 'search_repositories')).toBe('github__search_repositories');
});

test('an alias has a readable prefix and a stable hash', () => {
  const name = exposedName('everything', 'a tool with spaces / and a slash that goes on and on');
  expect(name).toMatch(/^everything__a_tool_with_spaces_[A-Za-z0-9_]*_[0-9a-f]{8}$/);
  expect(exposedName('everything', 'a tool with spaces / and a slash that goes on and on')).toBe(name);
});

test('a name above 52 characters becomes an alias of 52', () => {
  expect(exposedName('s', 'x'.repeat(49))).toBe(`s__${'x'.repeat(49)}`);
  expect(exposedName('s', 'x'.repeat(50))).toMatch(/^s__x{40}_[0-9a-f]{8}$/);
});

test('every name is valid for the strictest model API', () => {
  fc.assert(
    fc.property(serverId, tool, (server, name) => {
      expect(exposedName(server, name)).toMatch(/^[A-Za-z0-9_-]{1,52}$/);
    }),
  );
});

test('splits a plain name at its separator, and recognises an alias', () => {
  fc.assert(
    fc.property(serverId, tool, (server, name) => {
      const exposed = exposedName(server, name);
      if (exposed === `${server}__${name}`) expect(splitName(exposed)).toEqual({ serverId: server, name });
      else expect(looksLikeAlias(exposed)).toBe(true);
    }),
  );
});

test('splits the older form at the first dot', () => {
  expect(splitName('files.read.all')).toEqual({ serverId: 'files', name: 'read.all' });
  expect(splitName('files.read__all')).toEqual({ serverId: 'files', name: 'read__all' });
  expect(splitName('files__read.all')).toEqual({ serverId: 'files', name: 'read.all' });
});

test.each(['', 'tool', '__tool', '.tool', 'server__', 'server.'])('%j is not an address', (name) => {
  expect(splitName(name)).toBeUndefined();
});

test('names are unique, and independent of the order', () => {
  const addresses = fc.array(fc.record({ serverId, name: tool }), { maxLength: 40 });
  fc.assert(
    fc.property(addresses, (list) => {
      const unique = new Set(list.map((a) => `${a.serverId}\0${a.name.toWellFormed()}`));
      const names = exposeAll(list);
      expect(names.size).toBe(unique.size);
      expect(Object.fromEntries(exposeAll(list.toReversed()))).toEqual(Object.fromEntries(names));
    }),
  );
});

test('a tool named like the alias of another does not take its calls', () => {
  const long = 'x'.repeat(60);
  const taken = exposedName('s', long).slice('s__'.length);
  const names = exposeAll([
    { serverId: 's', name: long },
    { serverId: 's', name: taken },
  ]);
  expect(names.get(`s__${taken}`)).toEqual({ serverId: 's', name: taken });
  expect([...names.values()]).toContainEqual({ serverId: 's', name: long });
});
