import type { catalogueEndpoints, CatalogueServer } from '../../api/catalogue.ts';
import { bundledServers } from '../../import/catalogue/bundledServers.ts';
import {
  commandLineOf,
  originOf,
  searchCatalogue,
  serverNamed,
} from '../../import/catalogue/searchCatalogue.ts';
import { launchOf } from '../../import/catalogue/launch.ts';
import { planAdd, questionsOf, wrongAnswer } from '../../import/catalogue/planAdd.ts';
import type { ServerJson } from '../../import/catalogue/serverJson.ts';
import { presentIn } from '../../import/present.ts';
import { idFault } from '../../registry/id.ts';
import { ApiError } from '../apiError.ts';
import { knownClient } from '../clients/clientEdits.ts';
import type { ManagementDependencies } from '../dependencies.ts';
import { applyImport } from '../applyImport.ts';
import type { GivenSecrets } from '../registry/givenSecrets.ts';
import type { RegistryWriter } from '../registry/registryWriter.ts';
import { json, type Handlers } from '../route.ts';

/** `/management/catalogue`: servers that are added by name, at a pinned version. */
export function catalogueHandlers(
  { store }: ManagementDependencies,
  writer: RegistryWriter,
  given: GivenSecrets,
): Handlers<typeof catalogueEndpoints> {
  return {
    searchCatalogue: ({ query }) =>
      json({ ok: true, servers: searchCatalogue(bundledServers, query.q ?? '').map(viewOf) }),
    addFromCatalogue: async (request) => {
      const { name, server_id: id, answers = {}, clients = [], apply } = request.body;
      const server = serverNamed(bundledServers, name);
      if (server === undefined) throw new ApiError('unknown_server', 'the catalogue has no such server');
      await store.reload();
      clients.forEach((client) => knownClient(store.current, client));
      const present = await presentIn({ path: store.path, text: store.text, registry: store.current });
      const fault =
        wrongAnswer(questionsOf(server), answers) ?? (id === undefined ? null : faultOf(id, present));
      if (fault !== null) throw new ApiError('invalid_import', fault);
      const planned = planAdd(server, present, { answers, id, clients });
      if (!planned.ok) throw new ApiError('invalid_import', planned.reason);
      const { plan, missing } = planned;
      if (apply && missing.length > 0)
        throw new ApiError('invalid_import', `the server needs ${missing.map((one) => one.name).join(', ')}`);
      const applied = apply
        ? await applyImport({ store, writer, given }, request, { plan, present, values: {}, isFound: false })
        : null;
      return json({
        ok: true,
        server_id: planned.id,
        runs: commandLineOf(plan.servers.get(planned.id) ?? {}),
        notes: [...(plan.outcomes[0]?.notes ?? [])],
        missing: missing.map((one) => one.name),
        applied,
      });
    },
  };
}

function faultOf(id: string, { servers }: { readonly servers: ReadonlyMap<string, unknown> }): string | null {
  return idFault(id) ?? (servers.has(id) ? `the registry has a server ${id} already` : null);
}

function viewOf(server: ServerJson): CatalogueServer {
  const launch = launchOf(server, ({ default: fallback }) => fallback ?? '');
  return {
    name: server.name,
    title: server.title ?? server.name,
    description: server.description,
    version: server.version,
    runs: originOf(server),
    notes: launch.ok ? [...launch.notes] : [launch.reason],
    questions: questionsOf(server).map((one) => ({ ...one, choices: one.choices && [...one.choices] })),
  };
}
