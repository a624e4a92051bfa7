import { isPlainObject } from '../schema/read/section.ts';

/** What stands under a path of keys; undefined where nothing does. */
export function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (part, key) => (isPlainObject(part) && Object.hasOwn(part, key) ? part[key] : undefined),
    value,
  );
}
