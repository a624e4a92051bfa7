import { parseLossless } from '../../json/lossless.ts';
import { readInSlices } from '../../json/losslessReader.ts';
import { writeInSlices } from '../../json/losslessWriter.ts';
import { isTextLonger } from '../../json/textLength.ts';
import { Turns } from '../../turns.ts';
import { isLarge, limits } from '../limits.ts';

/** Slices of what is written for all clients, to servers and back: one client after the other, however many calls it has. */
const turns = new Turns();

/** Whether the JSON text of a value is written in slices. */
export function isLargeValue(value: unknown): boolean {
  return isTextLonger(value, limits.readWithoutPause);
}

/** The parts of a large JSON text, written in slices: the process answers others meanwhile. */
export function writeLarge(clientId: string, value: unknown): Promise<readonly string[]> {
  return writeInSlices(value, () => turns.next(clientId));
}

/**
 * Hands over the JSON text of a value of any size: before it returns, or, for a large value, once that was written in slices.
 * Returns a promise for a large one alone.
 */
export function whenWritten(
  clientId: string,
  value: unknown,
  send: (text: string) => void,
): Promise<void> | undefined {
  if (isLargeValue(value)) return writeLarge(clientId, value).then((parts) => send(parts.join('')));
  send(JSON.stringify(value));
  return undefined;
}

/** Resolves when all is written; undefined where it is already. */
export function allWritten(writing: readonly (Promise<void> | undefined)[]): Promise<void> | undefined {
  const pending = writing.filter((one) => one !== undefined);
  return pending.length === 0 ? undefined : Promise.all(pending).then(() => undefined);
}

/** The value of a JSON text of any size, without losing a digit; a large text is read in slices. */
export function readAnyJson(clientId: string, text: string): unknown {
  return isLarge(text.length) ? readInSlices(text, () => turns.next(clientId)) : parseLossless(text);
}

/** The bytes of the JSON text of a value of any size; a promise for a large one alone. */
export function jsonBytes(clientId: string, value: unknown): number | Promise<number> {
  if (!isLargeValue(value)) return Buffer.byteLength(JSON.stringify(value));
  return writeLarge(clientId, value).then((parts) =>
    parts.reduce((sum, part) => sum + Buffer.byteLength(part), 0),
  );
}
