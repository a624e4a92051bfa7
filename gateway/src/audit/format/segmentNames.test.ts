import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { segmentFile, segmentNumber } from './segmentNames.ts';

describe('segment names', () => {
  it('carry their number there and back', () => {
    fc.assert(
      fc.property(fc.nat(), (number) => {
        expect(segmentNumber('audit.log', segmentFile('/var/audit.log', number).name)).toBe(number);
      }),
    );
    expect(segmentFile('/var/audit.log', 1).path).toBe('/var/audit.log.000001');
  });

  it.each([
    'audit.log.000000',
    'audit.log.1',
    'audit.log.0000001',
    'audit.log.lock',
    'audit.log.00001x',
    'audit',
  ])('are not %s', (name) => {
    expect(segmentNumber('audit.log', name)).toBeUndefined();
  });
});
