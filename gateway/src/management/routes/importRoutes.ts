import type { ImportAnswer, importEndpoints, ImportRequest } from '../../api/imports.ts';
import { importPatch, planImport, type ImportPlan, type Present } from '../../import/plan.ts';
import { presentIn } from '../../import/present.ts';
import { readConfiguration } from '../../import/readConfiguration.ts';
import { runsWhat } from '../../import/runsWhat.ts';
import { leavingOut, validPart } from '../../import/validPart.ts';
import { applyPatch } from '../../registry/edit/patch.ts';
import { editSecrets } from '../../registry/secrets/editSecrets.ts';
import { secretsPath } from '../../registry/secrets/secretReader.ts';
import type { RegistryStore } from '../../registry/store.ts';
import { ApiError } from '../apiError.ts';
import type { ManagementDependencies } from '../dependencies.ts';
import { knownClient } from '../clients/clientEdits.ts';
import type { GivenSecrets } from '../registry/givenSecrets.ts';
import { patchEdit } from '../registry/registryEdit.ts';
import type { RegistryWriter } from '../registry/registryWriter.ts';
import { json, type Handlers } from '../route.ts';
import { validSecretsFile } from './secretRoutes.ts';

/** `/management/import`: servers of other configurations, uploaded or pasted. */
export function importHandlers(
  { store }: ManagementDependencies,
  writer: RegistryWriter,
  given: GivenSecrets,
): Handlers<typeof importEndpoints> {
  return {
    importServers: async (request) => {
      const { body } = request;
      await store.reload();
      const present = await presentIn({ path: store.path, text: store.text, registry: store.current });
      const plan = planned(store, present, body);
      const answer = (applied: ImportAnswer['applied']) => json(answerOf(plan, body, applied));
      if (!body.apply || (plan.servers.size === 0 && plan.grants.size === 0)) return answer(null);
      const path = secretsPath(store.path);
      await validSecretsFile(path);
      const added = newSecrets(plan, present, body.values ?? {});
      await editSecrets(path, Object.fromEntries(added));
      for (const [name, value] of added) given.add(name, value);
      const removeAdded = (): Promise<void> =>
        editSecrets(path, Object.fromEntries([...added.keys()].map((name) => [name, null])));
      try {
        const patch = importPatch(plan, present);
        const applied = await writer.write('import', request, patchEdit(patch), patch);
        if (!applied.applied) await removeAdded();
        return answer(applied);
      } catch (error) {
        await removeAdded();
        throw error;
      }
    },
  };
}

/** @throws ApiError 400 `invalid_import`, 404 `unknown_client` */
function planned(store: RegistryStore, present: Present, body: ImportRequest): ImportPlan {
  const client = body.client_id ?? null;
  if (client !== null) knownClient(store.current, client);
  const read = readConfiguration(body.text);
  if (!read.ok) throw new ApiError('invalid_import', `the configuration was not read: ${read.message}`);
  if (read.servers.length === 0)
    throw new ApiError('invalid_import', 'the configuration names no MCP server');
  const sources = [{ from: 'upload', client, servers: read.servers }];
  // The environment of the gateway is not the person's: what refers to it is asked for.
  const draft = planImport(sources, present, { env: {}, projects: true });
  const valid = validPart(draft, (part) => {
    const edited = applyPatch(store.text, importPatch(part, present));
    if (!edited.ok) return edited.problems;
    const parsed = store.check(edited.text);
    return parsed.ok ? [] : parsed.problems;
  });
  if (!body.apply) return valid;
  const values = body.values ?? {};
  const incomplete = [...valid.asked].flatMap(([id, names]) => {
    const [lacking] = names.filter((name) => !Object.hasOwn(values, name));
    return lacking === undefined ? [] : [[id, `it needs a value for its secret ${lacking}`] as const];
  });
  return incomplete.length === 0 ? valid : leavingOut(valid, new Map(incomplete));
}

/** Those of the plan and of the request that the file of the secrets does not have. */
function newSecrets(
  plan: ImportPlan,
  present: Present,
  values: Readonly<Record<string, string>>,
): ReadonlyMap<string, string> {
  const asked = [...plan.asked.values()].flat();
  const all = [
    ...[...plan.secrets.values()].flatMap((named) => [...named]),
    ...asked.map((name) => [name, values[name] ?? ''] as const),
  ];
  return new Map(all.filter(([name, value]) => value !== '' && !present.secrets.has(name)));
}

function answerOf(
  { outcomes, servers, asked, grants }: ImportPlan,
  { client_id: client }: ImportRequest,
  applied: ImportAnswer['applied'],
): ImportAnswer {
  return {
    ok: true,
    servers: outcomes.map(({ name, id, state, notes }) => ({
      name,
      server_id: id,
      state,
      runs: runsWhat(id === null ? undefined : servers.get(id)),
      notes: [...notes],
      asked: state === 'new' && id !== null ? [...(asked.get(id) ?? [])] : [],
    })),
    granted: [...(grants.get(client ?? '')?.keys() ?? [])],
    applied,
  };
}
