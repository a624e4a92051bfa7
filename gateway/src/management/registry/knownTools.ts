import type { Catalog } from '../../catalog/catalog.ts';
import type { KnownTools } from '../../access/previewImpact.ts';

/** The names that each server offered when it was last asked, by whomever. */
export function knownTools(catalog: Catalog): KnownTools {
  return (serverId) => catalog.lastKnown(serverId)?.map(({ name }) => name) ?? null;
}
