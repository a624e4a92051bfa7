import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GENESIS, hashLine, type Tip } from '../format/chain.ts';
import { formatLine } from '../format/line.ts';
import { settle } from './settle.ts';

/** Three lines of a chain and its end after each. */
const lines: string[] = [];
const tips: Tip[] = [GENESIS];
for (let seq = 1; seq <= 3; seq++) {
  const line = formatLine({ event: 'client_auth', client_id: `ü${seq}` }, seq, tips[seq - 1]!.hash, 'now');
  lines.push(line);
  tips.push({ seq, hash: hashLine(line) });
}
const whole = Buffer.from(lines.map((line) => `${line}\n`).join(''));

describe('settle', () => {
  it('finds every whole line and calls the rest torn, wherever a write was cut', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: whole.length }), (length) => {
        const region = whole.subarray(0, length);
        const settled = settle(region, GENESIS);
        const complete = lines.filter((_, i) => {
          const end = Buffer.byteLength(lines.slice(0, i + 1).join('\n'));
          return end <= length;
        });
        expect(settled.lines).toEqual(complete);
        expect(settled.tip).toEqual(tips[complete.length]);
        const rest = region.subarray(Buffer.byteLength(complete.map((line) => `${line}\n`).join('')));
        expect(settled.torn).toEqual(
          rest.length === 0 ? undefined : { bytes: rest.length, sha256: hashLine(rest) },
        );
        expect(settled.newlineMissing).toBe(length > 0 && region.at(-1) !== 0x0a);
      }),
    );
  });

  it('takes a torn piece that an earlier try completed and explained for settled', () => {
    const torn = 'half a li';
    const detail = { torn: { bytes: torn.length, sha256: hashLine(torn) } };
    const explained = formatLine({ event: 'audit_recovered', detail }, 1, GENESIS.hash, 'now');
    expect(settle(Buffer.from(`${torn}\n${explained}\n`), GENESIS)).toEqual({
      tip: { seq: 1, hash: hashLine(explained) },
      lines: [explained],
      torn: undefined,
      newlineMissing: false,
    });
    const everything = `${torn}\n${explained.slice(0, 50)}`;
    expect(settle(Buffer.from(everything), GENESIS).torn).toEqual({
      bytes: everything.length,
      sha256: hashLine(everything),
    });
  });

  it('does not take a line for good that does not follow', () => {
    const region = Buffer.from(`${lines[1]!}\n`);
    expect(settle(region, GENESIS)).toMatchObject({ tip: GENESIS, lines: [] });
  });
});
