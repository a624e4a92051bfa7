import { placesIn, type RegistryPlaces } from '../../registry/yaml/lineOf.ts';
import type { RegistryStore } from '../../registry/store.ts';
import { effectiveAccess } from '../../access/access.ts';
import type { ToolsOf } from '../../access/knownTools.ts';
import type { ManagementDependencies } from '../dependencies.ts';
import { requireIntactFile } from '../registry/intactFile.ts';
import { knownTools } from '../registry/knownTools.ts';
import { editProblems, patchEdit } from '../registry/registryEdit.ts';
import { ApiError } from '../apiError.ts';
import { json, type Handlers } from '../route.ts';
import type { AccessAnswer, accessEndpoints } from '../../api/access.ts';
import type { RegistryPatch } from '../../api/registry.ts';
import { explain } from '../../access/why.ts';

/** `/management/access` and `/management/why`: who may do what, and which rule says so. */
export function accessHandlers({
  store,
  catalog,
  marks,
}: ManagementDependencies): Handlers<typeof accessEndpoints> {
  const places = new KnownPlaces();
  const toolsOf = knownTools(catalog, marks);
  return {
    getAccess: async () => {
      await store.reload();
      const access = effectiveAccess(store.current, toolsOf, places.of(store));
      return json({ ok: true, revision: store.revision, ...access });
    },
    previewAccess: async ({ body }) => json(await accessAfter(store, body.patch, toolsOf)),
    explainAccess: async ({ query }) => {
      const question = { clientId: query.client, serverId: query.server, tool: query.tool ?? null };
      await store.reload();
      return json(explain(store.current, places.of(store), question, toolsOf(question.serverId)));
    },
  };
}

/** The places in the active text, found again when it changes. */
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
  if (!edited.ok) throw invalidPatch(editProblems(edited, []));
  const parsed = store.check(edited.text);
  if (!parsed.ok) throw invalidPatch(editProblems(edited, parsed.problems));
  return {
    ok: true,
    revision: store.revision,
    ...effectiveAccess(parsed.registry, toolsOf, placesIn(edited.text)),
  };
}

function invalidPatch(errors: ReturnType<typeof editProblems>): ApiError {
  const message =
    'with this patch the registry would not be valid; `errors` says where and what to write instead';
  return new ApiError('invalid_patch', message, { errors });
}
