/** The long run, `npm test -- --all`: what the everyday run does once is repeated at scale. */
export const longRun = process.env['LMCP_TEST_ALL'] === '1';

/** A number of rounds, readers or bytes: the first in the everyday run, the second in the long one. */
export function atScale(everyday: number, long: number): number {
  return longRun ? long : everyday;
}
