import type { RegistryPatch } from 'lmcp-gateway/src/api/registry.ts';
import type { ClientView } from 'lmcp-gateway/src/api/schema/registryView.ts';

/** What a client is listed, as its page edits it. Names that are always listed stay as they are. */
export interface ToolListing {
  readonly mode: 'all' | 'search' | 'auto';
  /** With `auto`: null is the default. */
  readonly max: number | null;
  readonly isShort: boolean;
}

/** As the registry reads `clients.<id>.tools`. */
export function readToolListing({ tools }: ClientView): ToolListing {
  if (tools === undefined || typeof tools === 'string')
    return { mode: tools ?? 'all', max: null, isShort: false };
  return {
    mode: tools.mode ?? 'auto',
    max: tools.max ?? null,
    isShort: tools.descriptions === 'short',
  };
}

/** The change that gives a client another listing: the mode alone where nothing else is set. */
export function toolListingPatch(
  id: string,
  { tools }: ClientView,
  { mode, max, isShort }: ToolListing,
): RegistryPatch {
  const always = typeof tools === 'object' ? tools.always : undefined;
  const limit = mode === 'auto' ? max : null;
  if (limit === null && !isShort && always === undefined)
    return { clients: { [id]: { tools: mode === 'all' ? null : mode } } };
  const descriptions = isShort ? 'short' : null;
  return { clients: { [id]: { tools: { mode, max: limit, descriptions } } } };
}
