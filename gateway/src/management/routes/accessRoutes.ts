import { placesIn, type RegistryPlaces } from '../../registry/yaml/lineOf.ts';
import type { RegistryStore } from '../../registry/store.ts';
import { effectiveAccess } from '../../access/access.ts';
import type { ToolsOf } from '../../access/knownTools.ts';
import type { ManagementDependencies } from '../dependencies.ts';
import { requireIntactFile } from '../registry/intactFile.ts';
import { knownTools } from '../registry/knownTools.ts';
import { patchOf } from '../registry/patchRequest.ts';
import { patchEdit, problemsInRequest, problemsInText } from '../registry/registryEdit.ts';
import { ApiError, json, type Route } from '../route.ts';
import { readQuery } from '../query.ts';
import type { AccessAnswer, RegistryPatch } from '../../api/types.ts';
import { explain } from '../../access/why.ts';

/** `/management/access` and `/management/why`: who may do what, and which rule says so. */
export function accessRoutes({ store, catalog, marks }: ManagementDependencies): Route[] {
  const places = new KnownPlaces();
  const toolsOf = knownTools(catalog, marks);
  const inForce = (): AccessAnswer => ({
    ok: true,
    revision: store.revision,
    ...effectiveAccess(store.current, toolsOf, places.of(store)),
  });
  return [
    {
      method: 'GET',
      path: '/management/access',
      handle: async () => {
        await store.reload();
        return json(inForce());
      },
    },
    {
      method: 'POST',
      path: '/management/access',
      handle: async ({ body }) => json(await accessAfter(store, patchOf(body), toolsOf)),
    },
    {
      method: 'GET',
      path: '/management/why',
      handle: async ({ query }) => {
        const asked = readQuery(query, ['client', 'server', 'tool']);
        const question = {
          clientId: required(asked, 'client'),
          serverId: required(asked, 'server'),
          tool: asked.get('tool') ?? null,
        };
        await store.reload();
        return json(explain(store.current, places.of(store), question, toolsOf(question.serverId)));
      },
    },
  ];
}

/** The places in the text in force, found anew when it changes. */
class KnownPlaces {
  #text: string | undefined;
  #places: RegistryPlaces = placesIn('');

  of({ text }: RegistryStore): RegistryPlaces {
    if (text !== this.#text) this.#places = placesIn(text);
    this.#text = text;
    return this.#places;
  }
}

async function accessAfter(
  store: RegistryStore,
  patch: RegistryPatch,
  toolsOf: ToolsOf,
): Promise<AccessAnswer> {
  await requireIntactFile(store);
  const edited = patchEdit(patch)(store.text, store.current);
  if (!edited.ok) throw invalidPatch(problemsInRequest(edited.problems));
  const parsed = store.check(edited.text);
  if (!parsed.ok) throw invalidPatch(problemsInText(parsed.problems));
  return {
    ok: true,
    revision: store.revision,
    ...effectiveAccess(parsed.registry, toolsOf, placesIn(edited.text)),
  };
}

function invalidPatch(errors: ReturnType<typeof problemsInText>): ApiError {
  const words =
    'with this patch the registry would not be valid; `errors` says where and what to write instead';
  return new ApiError(400, 'invalid_patch', words, { errors });
}

function required(asked: ReadonlyMap<string, string>, name: string): string {
  const value = asked.get(name);
  if (value !== undefined && value !== '') return value;
  throw new ApiError(400, 'invalid_query', `say which ${name} you ask about: ?client=…&server=…[&tool=…]`);
}
