import { isInside } from '../fields.ts';
import { mountDenial } from '../mounts.ts';
import type { GuardRules } from './rules.ts';

interface Bind {
  readonly source: string;
  readonly readOnly: boolean;
}

/** Why a bind mount is denied, in words; undefined where it is. `source` is a real path. */
export function bindDenial({ source, readOnly }: Bind, rules: GuardRules): string | undefined {
  const denial = mountDenial(source, rules.forbidden);
  if (denial !== undefined) return denial;
  if (rules.writableRoots.includes(source)) return undefined;
  if (rules.readOnlyRoots.some((root) => isInside(source, root))) {
    return readOnly ? undefined : 'it is under a root that the guard only allows to be read';
  }
  if (rules.writableRoots.some((root) => isInside(source, root))) {
    return 'of a writable root only the folder itself can be mounted, nothing below it';
  }
  return 'it is under no root of the guard’s configuration (LMCP_GUARD_READ_ONLY_ROOTS, LMCP_GUARD_WRITABLE_ROOTS)';
}
