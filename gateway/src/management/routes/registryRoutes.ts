import { redactRegistry } from '../../registry/redact/redact.ts';
import type { RegistryStore } from '../../registry/store.ts';
import type { ManagementDependencies } from '../dependencies.ts';
import { knownTools } from '../registry/knownTools.ts';
import { patchOf } from '../registry/patchRequest.ts';
import { previewChange, validateChange } from '../registry/previewChange.ts';
import { patchEdit, problemsInText } from '../registry/registryEdit.ts';
import type { RegistryWriter } from '../registry/registryWriter.ts';
import { json, type Route } from '../route.ts';
import type { FileError, PreviewAnswer, RegistryView, RegistryViewAnswer } from '../../api/types.ts';

/** `/registry/*` and `/management/preview`: the registry as it is, and patches upon it. */
export function registryRoutes(
  { store, catalog, marks }: ManagementDependencies,
  writer: RegistryWriter,
): Route[] {
  return [
    {
      method: 'GET',
      path: '/registry/view',
      handle: async () => {
        await store.reload();
        return json(viewOf(store), 200, { ETag: `"${store.revision}"` });
      },
    },
    {
      method: 'POST',
      path: '/registry/validate',
      handle: async ({ body }) => json(await validateChange(store, patchEdit(patchOf(body)))),
    },
    {
      method: 'POST',
      path: '/registry/apply',
      handle: async (request) => json(await writer.write('apply', request, patchEdit(patchOf(request.body)))),
    },
    {
      method: 'POST',
      path: '/management/preview',
      handle: async ({ body }) => {
        const edit = patchEdit(patchOf(body));
        const preview = await previewChange(store, edit, knownTools(catalog, marks));
        return json({ ok: true, ...preview } satisfies PreviewAnswer);
      },
    },
  ];
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
