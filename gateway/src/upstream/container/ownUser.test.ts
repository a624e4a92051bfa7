import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ownUser } from './ownUser.ts';

it('gives each server a user of its own, within what the engine has', () => {
  const name = fc.string({ minLength: 1 });
  fc.assert(
    fc.property(name, name, fc.boolean(), (instance, server, isRootless) => {
      const [user, group] = ownUser({ instance, server }, isRootless).split(':').map(Number);
      expect(group).toBe(user);
      expect(user).toBeGreaterThanOrEqual(isRootless ? 20_000 : 200_000);
      expect(user).toBeLessThan(isRootless ? 60_000 : 265_536);
    }),
  );
  const servers = Array.from({ length: 20 }, (_, i) => ownUser({ instance: 'home', server: `s${i}` }, false));
  expect(new Set(servers).size).toBe(20);
  expect(ownUser({ instance: 'home', server: 's1' }, false)).toBe(servers[1]);
});
