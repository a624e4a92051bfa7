import type { Catalog } from '../../catalog/catalog.ts';
import type { Item, Kind } from '../../catalog/items.ts';
import type { Wanted } from '../../catalog/liveLists.ts';
import type { GivenResources } from '../../catalog/resources/givenResources.ts';
import type { ResourceAddress } from '../../catalog/resources/resourceUris.ts';
import { templateMatcher } from '../../catalog/resources/uriTemplate.ts';
import { UpstreamError } from '../../errors.ts';
import type { Server } from '../../registry/types.ts';
import type { Offered } from '../call/authorize.ts';
import { ownerOf, type Caller } from '../call/caller.ts';
import { recordedUri } from '../call/resources/recordedUri.ts';
import { quote } from '../jsonrpc/rpcFailure.ts';
import { isView, viewOf } from '../call/resources/views.ts';

export interface OfferedResourceDependencies {
  readonly catalog: Catalog;
  readonly given: GivenResources;
}

/** The places where a server may name the resource. */
type Place = readonly [Kind, Wanted];

/**
 * A resource is available if the server lists it, a listed template matches it, it is the view of a listed tool, or the
 * server has sent it to this client.
 * @param template the URI may be a listed template itself, as for `completion/complete`
 */
export function offeredResource(
  { catalog, given }: OfferedResourceDependencies,
  caller: Caller,
  { serverId, uri }: ResourceAddress,
  { template = false } = {},
): Offered {
  const owner = ownerOf(caller);
  const places = placesOf(uri, template);
  const isKnown = (server: Server, [kind, wanted]: Place): boolean | undefined => {
    const known = catalog.peek(kind, server, owner, wanted);
    return known && known.item !== undefined;
  };
  const lists = async (server: Server, [kind, wanted]: Place): Promise<boolean> =>
    (await catalog.find(kind, server, owner, wanted)) !== undefined;
  return {
    setting: 'unlisted_resources',
    lifted: ({ unlistedResources }) => unlistedResources === 'allow',
    reason: 'resource_not_listed',
    message:
      `server ${quote(serverId)} does not list the resource ${quote(recordedUri(uri))}, and no template that it lists matches it. ` +
      'List its resources (resources/list, resources/templates/list), or ask the administrator for unlisted_resources: allow.',
    hint: () => catalog.cut.hint(serverId, 'resources', 'templates'),
    known: (server) => {
      if (given.has(server, caller.client.id, uri)) return true;
      let offered: boolean | undefined = false;
      for (const place of places) {
        const known = isKnown(server, place);
        if (known === true) return true;
        if (known === undefined) offered = undefined;
      }
      return offered;
    },
    ask: (server) => anyOf(places.map((place) => () => lists(server, place))),
  };
}

function placesOf(uri: string, template: boolean): Place[] {
  const matches = templateMatcher(uri);
  return [
    ['resources', uri],
    ...(template ? [['templates', uri] as const] : []),
    ['templates', ({ uriTemplate }: Item) => matches(String(uriTemplate))],
    ...(isView(uri) ? [['tools', (tool: Item) => viewOf(tool) === uri] as const] : []),
  ];
}

/** Checks one after the other; a list that can't be read matters only if no other list has the resource. */
async function anyOf(ways: readonly (() => Promise<boolean>)[]): Promise<boolean> {
  let failed: UpstreamError | undefined;
  for (const way of ways) {
    try {
      if (await way()) return true;
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      failed ??= error;
    }
  }
  if (failed !== undefined) throw failed;
  return false;
}
