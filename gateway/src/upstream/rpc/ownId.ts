import { numberIn } from '../../json/losslessNumber.ts';

const digits = /^[1-9][0-9]{0,14}$/;

/**
 * The id (or progress token) of the router's own that a server writes back. Some servers make strings of numbers; the official
 * client takes those, too.
 */
export function ownId(given: unknown): number | undefined {
  if (typeof given === 'string') return digits.test(given) ? Number(given) : undefined;
  return numberIn(given);
}
