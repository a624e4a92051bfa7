import { isRecord } from '../json/isRecord.ts';
import type { Instance } from '../upstream/types.ts';
import { kinds, type Kind } from './items.ts';

/**
 * Whether a server declares a list. `unknown`: it does not, but servers in use have such a list all the same. Of those that
 * declare nothing at all that is every list, of others the tools.
 */
export function declared(instance: Pick<Instance, 'initializeResult'>, kind: Kind): 'yes' | 'no' | 'unknown' {
  const given = instance.initializeResult['capabilities'];
  const capabilities = isRecord(given) ? given : {};
  if (isRecord(capabilities[kinds[kind].capability])) return 'yes';
  return kind === 'tools' || Object.keys(capabilities).length === 0 ? 'unknown' : 'no';
}
