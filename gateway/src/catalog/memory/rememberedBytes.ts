import type { RememberedServer } from './remembered.ts';

const known = new WeakMap<object, number>();

/** A list (or description) had this size when received, so that it need not be written to be measured. */
export function noteBytes(value: object, bytes: number): void {
  known.set(value, bytes);
}

/** Bytes of all that is kept of one server; what several kinds of clients were given counts once. */
export function rememberedBytes({ variants }: RememberedServer): number {
  const parts = variants.flatMap(({ described, lists }) => [
    described.initializeResult,
    ...[...lists.values()].flatMap(({ items, before }) => [items, before ?? items]),
  ]);
  return [...new Set<object>(parts)].reduce((sum, part) => sum + bytesOf(part), 0);
}

function bytesOf(part: object): number {
  let bytes = known.get(part);
  if (bytes === undefined) {
    bytes = Buffer.byteLength(JSON.stringify(part));
    known.set(part, bytes);
  }
  return bytes;
}
