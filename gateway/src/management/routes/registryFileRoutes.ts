import { parse } from 'yaml';
import type { registryFileEndpoints } from '../../api/settings/registryFile.ts';
import { editableYaml, withoutPlaceholders } from '../../registry/redact/editableYaml.ts';
import { registryJsonSchema } from '../../registry/schema/schema.ts';
import type { ManagementDependencies } from '../dependencies.ts';
import { requireIntactFile } from '../registry/intactFile.ts';
import { knownTools } from '../registry/knownTools.ts';
import { previewChange } from '../registry/previewChange.ts';
import { textEdit } from '../registry/registryEdit.ts';
import { registryChanged, type RegistryWriter } from '../registry/registryWriter.ts';
import { json, type Handlers } from '../route.ts';

/** `/management/registry-file`: the whole text of the registry, edited by hand. */
export function registryFileHandlers(
  { store, catalog, marks }: ManagementDependencies,
  writer: RegistryWriter,
): Handlers<typeof registryFileEndpoints> {
  return {
    getRegistryFile: async () => {
      await requireIntactFile(store);
      const { text } = editableYaml(store.text);
      return json({ ok: true, revision: store.revision, path: store.path, text });
    },
    previewRegistryFile: async ({ body: { text, revision } }) => {
      await requireIntactFile(store);
      if (revision !== store.revision) throw registryChanged(store.revision);
      const preview = await previewChange(store, textEdit(text), knownTools(catalog, marks));
      return json({ ok: true, ...preview });
    },
    editRegistryFile: async ({ requestId, body: { text, revision } }) =>
      json(await writer.write('edit', { ifMatch: revision, requestId }, textEdit(text), enteredIn(text))),
    getRegistrySchema: () => json({ ok: true, schema: registryJsonSchema() }),
  };
}

/** What the text itself gives; the writer rejects one that is not YAML. */
function enteredIn(text: string): unknown {
  try {
    return withoutPlaceholders(parse(text, { logLevel: 'error' }));
  } catch {
    return undefined;
  }
}
