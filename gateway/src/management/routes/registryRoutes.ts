import { redactRegistry } from '../../registry/redact/redact.ts';
import type { RegistryStore } from '../../registry/store.ts';
import type { ManagementDependencies } from '../dependencies.ts';
import { knownTools } from '../registry/knownTools.ts';
import { previewChange, validateChange } from '../registry/previewChange.ts';
import { patchEdit, problemsInText } from '../registry/registryEdit.ts';
import type { RegistryWriter } from '../registry/registryWriter.ts';
import { json, type Handlers } from '../route.ts';
import type { FileError, registryEndpoints, RegistryViewAnswer } from '../../api/registry.ts';
import type { RegistryView } from '../../api/schema/registryView.ts';

/** `/registry/*` and `/management/preview`: the registry as it is, and patches upon it. */
export function registryHandlers(
  { store, catalog, marks }: ManagementDependencies,
  writer: RegistryWriter,
): Handlers<typeof registryEndpoints> {
  return {
    viewRegistry: async () => {
      await store.reload();
      return json(viewOf(store), { ETag: `"${store.revision}"` });
    },
    validatePatch: async ({ body }) => json(await validateChange(store, patchEdit(body.patch))),
    applyPatch: async (request) =>
      json(await writer.write('apply', request, patchEdit(request.body.patch), request.body.patch)),
    previewPatch: async ({ body }) => {
      const preview = await previewChange(store, patchEdit(body.patch), knownTools(catalog, marks));
      return json({ ok: true, ...preview });
    },
  };
}

function viewOf(store: RegistryStore): RegistryViewAnswer {
  return {
    ok: true,
    revision: store.revision,
    path: store.path,
    file_error: fileErrorOf(store),
    // Redaction leaves the file's own keys, and the file is a valid registry.
    registry: redactRegistry(store.text) as unknown as RegistryView,
  };
}

function fileErrorOf({ error }: RegistryStore): FileError | null {
  if (error === null) return null;
  const { message, since, problems } = error;
  return { message, since_at: since, problems: problemsInText(problems) };
}
