import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeRoom, placesOfOne } from './places.ts';

interface Place {
  readonly client: number;
  readonly idleSince: number | undefined;
}

/** Wants one more place for a client; returns the owner and the place that were ended. */
function want(all: readonly Place[], client: number, total: number): { ok: boolean; ended: Place[] } {
  const ended: Place[] = [];
  const ok = makeRoom({
    total,
    taken: all.length,
    own: all.filter((place) => place.client === client),
    idleSince: ({ idleSince }) => idleSince,
    end: (place) => void ended.push(place),
  });
  return { ok, ended };
}

const busy = (client: number): Place => ({ client, idleSince: undefined });

test('a client has a quarter; over it its own longest-idle place is ended, with none idle it is rejected', () => {
  const others = Array.from({ length: 8 }, () => ({ client: 2, idleSince: 0 }));
  expect(want([...others, busy(1), busy(1)], 1, 16)).toEqual({ ok: true, ended: [] });
  const idle = [5, 3, 4].map((idleSince) => ({ client: 1, idleSince }));
  expect(want([...others, busy(1), ...idle], 1, 16)).toEqual({ ok: true, ended: [idle[1]] });
  expect(want([...others, ...Array.from({ length: 4 }, () => busy(1))], 1, 16)).toEqual({
    ok: false,
    ended: [],
  });
});

test('whatever one client asks for, no place of another one and none in use is ended, and the total holds', () => {
  const step = fc.record({ client: fc.nat(9), idleSince: fc.option(fc.nat(100), { nil: undefined }) });
  fc.assert(
    fc.property(fc.integer({ min: 4, max: 40 }), fc.array(step, { maxLength: 200 }), (total, steps) => {
      let all: Place[] = [];
      for (const wanted of steps) {
        const { ok, ended } = want(all, wanted.client, total);
        expect(ended.every((place) => place.client === wanted.client && place.idleSince !== undefined)).toBe(
          true,
        );
        all = all.filter((place) => !ended.includes(place));
        if (ok) all.push(wanted);
        expect(all.length).toBeLessThanOrEqual(total);
        const own = all.filter((place) => place.client === wanted.client).length;
        expect(own).toBeLessThanOrEqual(placesOfOne(total));
      }
    }),
  );
});

test('one client at its worst leaves nine others their places', () => {
  const all = Array.from({ length: placesOfOne(64) }, () => busy(0));
  expect(want(all, 0, 64).ok).toBe(false);
  for (let client = 1; client <= 9; client++) {
    expect(want(all, client, 64)).toEqual({ ok: true, ended: [] });
    all.push(busy(client));
  }
});

test('clients that each hold a quarter fill no total: of the last quarter a client has a part, so that others find places', () => {
  const all = [0, 1, 2].flatMap((client) => Array.from({ length: placesOfOne(64) }, () => busy(client)));
  for (let client = 3; client <= 12; client++) while (want(all, client, 64).ok) all.push(busy(client));
  const held = [3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map(
    (client) => all.filter((place) => place.client === client).length,
  );
  expect(held).toEqual([4, 3, 2, 1, 1, 1, 1, 1, 1, 1]);
});

test('who has more than its part of the last quarter can exchange its own idle places for others', () => {
  const idle = { client: 0, idleSince: 1 };
  const all = [0, 1, 2].flatMap((client) => Array.from({ length: 4 }, () => busy(client)));
  all[0] = idle;
  expect(want([...all, busy(3)], 3, 16)).toEqual({ ok: false, ended: [] });
  expect(want([...all, busy(3)], 0, 16)).toEqual({ ok: true, ended: [idle] });
});
