import { ownerOf, type Caller } from '../../call/caller.ts';
import type { Viewer } from './listViews.ts';

/** Who asks for a list. */
export function viewerOf(caller: Caller): Viewer {
  const { client, registry, only, era, asksForSearch = false } = caller;
  const connection = { asksForSearch, application: era.application };
  return { client, registry, only, owner: ownerOf(caller), supportsTasks: era.supportsTasks, connection };
}
