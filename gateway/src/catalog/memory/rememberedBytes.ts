import { rejectionOf } from '../unsupportedList.ts';
import type { RememberedServer } from './remembered.ts';

const known = new WeakMap<object, number>();

/** Size of a list (or description) when received, so that it need not be serialised to be measured. */
export function noteBytes(value: object, bytes: number): void {
  known.set(value, bytes);
}

/** Bytes of everything kept of one server; a list shared by several kinds of clients counts once. */
export function rememberedBytes({ variants }: RememberedServer): number {
  const parts = variants.flatMap(({ described, lists }) => [
    described.initializeResult,
    ...[...lists.values()].flatMap(({ items, before }) => [
      items,
      before ?? items,
      rejectionOf(items)?.rpc ?? items,
    ]),
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
