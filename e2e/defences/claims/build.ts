import type { Claim, TestChoice } from '../claim.ts';
import type { PromiseId } from '../promises.ts';

/** Claims that one promise of SECURITY.md rests on. */
export function keep(promise: PromiseId, claims: readonly Omit<Claim, 'promise'>[]): readonly Claim[] {
  return claims.map((claim) => ({ ...claim, promise }));
}

/** The tests of a file that have `name` in their names; without it all of them. */
export function testIn(file: string, name?: string): TestChoice {
  return { file, ...(name !== undefined && { name }) };
}
