import { isRecord } from '../json/isRecord.ts';
import type { Instance } from '../upstream/types.ts';
import { kinds, type Kind } from './items.ts';

/**
 * Whether a server declares a list. `unknown`: it doesn't, but servers exist that have such a list anyway. For servers that
 * declare nothing that is every list, for others the tools.
 */
export function declared(instance: Pick<Instance, 'initializeResult'>, kind: Kind): 'yes' | 'no' | 'unknown' {
  const given = instance.initializeResult['capabilities'];
  const capabilities = isRecord(given) ? given : {};
  if (isRecord(capabilities[kinds[kind].capability])) return 'yes';
  return kind === 'tools' || Object.keys(capabilities).length === 0 ? 'unknown' : 'no';
}
