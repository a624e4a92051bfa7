import type {
  FoundAnswer,
  ImportAnswer,
  ImportedServer,
  importEndpoints,
  ImportRequest,
} from '../../api/imports.ts';
import {
  importPatch,
  planImport,
  type ImportPlan,
  type Outcome,
  type Present,
  type Source,
} from '../../import/plan.ts';
import { presentIn } from '../../import/present.ts';
import { readConfiguration } from '../../import/readConfiguration.ts';
import { runsWhat } from '../../import/runsWhat.ts';
import { leavingOut, validPart } from '../../import/validPart.ts';
import { applyPatch } from '../../registry/edit/patch.ts';
import type { RegistryStore } from '../../registry/store.ts';
import { ApiError } from '../apiError.ts';
import type { ManagementDependencies } from '../dependencies.ts';
import { knownClient } from '../clients/clientEdits.ts';
import { applyImport, storeSecrets } from '../applyImport.ts';
import { chosenOf, foundConfigurations, sourcesOf, type FoundConfiguration } from '../foundConfigurations.ts';
import type { GivenSecrets } from '../registry/givenSecrets.ts';
import type { RegistryWriter } from '../registry/registryWriter.ts';
import { json, type Handlers } from '../route.ts';

/** `/management/import`: servers of other configurations: uploaded, pasted, or of the applications of this machine. */
export function importHandlers(
  { store, env, audit }: ManagementDependencies,
  writer: RegistryWriter,
  given: GivenSecrets,
): Handlers<typeof importEndpoints> {
  const presentNow = async (): Promise<Present> => {
    await store.reload();
    return presentIn({ path: store.path, text: store.text, registry: store.current });
  };
  return {
    findImports: async () => {
      // What is on this machine concerns nobody on another one.
      if (!store.current.settings.loopbackOnly) return json({ ok: true, available: false, files: [] });
      const [present, found] = [await presentNow(), await foundConfigurations(env)];
      return json({ ok: true, available: true, files: viewOf(store, present, found) });
    },
    importServers: async (request) => {
      const { body } = request;
      const present = await presentNow();
      const sources = await sourcesIn(store, env, body);
      const plan = withValues(validPlan(store, present, sources, body.text !== undefined), body);
      const isText = body.text !== undefined;
      const answer = (applied: ImportAnswer['applied']) => json(answerOf(plan, applied, isText));
      const values = body.values ?? {};
      if (!body.apply && isText && body.store_secrets === true)
        await storeSecrets({ store, audit, given }, request.requestId, { plan, present, values });
      if (!body.apply || (plan.servers.size === 0 && plan.grants.size === 0)) return answer(null);
      return answer(
        await applyImport({ store, writer, given }, request, { plan, present, values, isFound: !isText }),
      );
    },
  };
}

/** @throws ApiError 400 `invalid_import`, 404 `unknown_client` */
async function sourcesIn(
  store: RegistryStore,
  env: ManagementDependencies['env'],
  { text, found, client_id: client }: ImportRequest,
): Promise<readonly Source[]> {
  if ((text === undefined) === (found === undefined))
    throw new ApiError('invalid_import', 'an import has either `text` or `found`');
  if (client !== undefined && client !== null) knownClient(store.current, client);
  if (found !== undefined) {
    const { loopbackOnly } = store.current.settings;
    const chosen = chosenOf(loopbackOnly ? await foundConfigurations(env) : [], found);
    const sources = sourcesOf(chosen, store.current);
    return client === undefined ? sources : sources.map((source) => ({ ...source, client }));
  }
  const read = readConfiguration(text ?? '');
  if (!read.ok) throw new ApiError('invalid_import', `the configuration was not read: ${read.message}`);
  if (read.servers.length === 0)
    throw new ApiError('invalid_import', 'the configuration names no MCP server');
  return [{ from: 'upload', client: client ?? null, servers: read.servers }];
}

/** @param projects whether servers of projects are granted: those of a text that was given for a client are */
function validPlan(
  store: RegistryStore,
  present: Present,
  sources: readonly Source[],
  projects: boolean,
): ImportPlan {
  // The environment of the gateway is not the person's: what refers to it is asked for.
  const draft = planImport(sources, present, { env: {}, projects });
  return validPart(draft, (part) => {
    const edited = applyPatch(store.text, importPatch(part, present));
    if (!edited.ok) return edited.problems;
    const parsed = store.check(edited.text);
    return parsed.ok ? [] : parsed.problems;
  });
}

/** What is to be applied leaves out the servers whose secrets are not given. */
function withValues(plan: ImportPlan, { apply, values = {} }: ImportRequest): ImportPlan {
  if (!apply) return plan;
  const incomplete = [...plan.asked].flatMap(([id, names]) => {
    const [lacking] = names.filter((name) => !Object.hasOwn(values, name));
    return lacking === undefined ? [] : [[id, `it needs a value for its secret ${lacking}`] as const];
  });
  return incomplete.length === 0 ? plan : leavingOut(plan, new Map(incomplete));
}

function viewOf(
  store: RegistryStore,
  present: Present,
  found: readonly FoundConfiguration[],
): FoundAnswer['files'] {
  const sources = sourcesOf(found, store.current);
  const plan = validPlan(store, present, sources, false);
  return found.map(({ application, path, fault }, index) => ({
    application: application.name,
    title: application.title,
    file: path,
    client_id: sources[index]?.client ?? null,
    fault,
    servers: plan.outcomes
      .filter(({ from }) => from === path)
      .map((outcome) => serverOf(plan, outcome, false)),
  }));
}

/** @param isText whether the caller has sent the configuration, and so knows what is in it */
function answerOf(plan: ImportPlan, applied: ImportAnswer['applied'], isText: boolean): ImportAnswer {
  const granted = [...plan.grants.values()].flatMap((gained) => [...gained.keys()]);
  return {
    ok: true,
    servers: plan.outcomes.map((outcome) => serverOf(plan, outcome, isText)),
    granted: [...new Set(granted)],
    applied,
  };
}

function serverOf(
  { servers, asked }: ImportPlan,
  { name, id, state, notes }: Outcome,
  isText: boolean,
): ImportedServer {
  const definition = state === 'new' && id !== null ? servers.get(id) : undefined;
  return {
    name,
    server_id: id,
    state,
    runs: runsWhat(id === null ? undefined : servers.get(id)),
    notes: [...notes],
    definition: (isText && definition) || null,
    asked: state === 'new' && id !== null ? [...(asked.get(id) ?? [])] : [],
  };
}
