import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { applyAnswer, previewAnswer } from '../registry.ts';
import { jsonObject, named, ok, type Described } from '../schema/named.ts';

const placeholders = 'each secret as `<redacted>`, in lists numbered as in `<redacted 1>`';

const registryFileAnswer = named(
  'RegistryFileAnswer',
  'The registry file as an editor shows it.',
  z.strictObject({
    ok,
    revision: z.string().meta({ description: 'What an edit of the text names.' }),
    path: z.string().meta({ description: 'The registry file.' }),
    text: z.string().meta({ description: `The YAML, ${placeholders}.` }),
  }),
);

const editRequest = named(
  'RegistryEditRequest',
  'The whole registry file. A placeholder at its place keeps the secret there; at any other it is a problem.',
  z.strictObject({
    text: z.string().meta({ description: `The YAML, ${placeholders}.` }),
    revision: z.string().meta({ description: 'The revision whose text was edited.' }),
  }),
  [{ text: 'lmcp: {}\nclients: {}\nservers: {}\n', revision: '5f1c…' }],
);

const schemaAnswer = named(
  'RegistrySchemaAnswer',
  'What a registry file may hold.',
  z.strictObject({ ok, schema: jsonObject.meta({ description: 'A JSON Schema (draft 7).' }) }),
);

export const registryFileEndpoints = {
  getRegistryFile: endpoint({
    method: 'GET',
    path: '/management/registry-file',
    auth: 'management',
    summary: 'The text of the registry file without its secrets.',
    answer: registryFileAnswer,
    errors: ['invalid_registry'],
  }),
  previewRegistryFile: endpoint({
    method: 'POST',
    path: '/management/registry-file/preview',
    auth: 'management',
    summary: 'What an edit of the text would do; problems have their lines in the text that was sent.',
    body: editRequest,
    answer: previewAnswer,
    errors: ['invalid_registry', 'revision_mismatch'],
  }),
  editRegistryFile: endpoint({
    method: 'POST',
    path: '/management/registry-file',
    auth: 'management',
    summary: 'Writes an edit of the text; `applied` is false when it is not a valid registry.',
    body: editRequest,
    answer: applyAnswer,
    errors: ['invalid_registry', 'apply_in_progress', 'revision_mismatch', 'secret_required'],
  }),
  getRegistrySchema: endpoint({
    method: 'GET',
    path: '/management/registry-schema',
    auth: 'management',
    summary: 'The JSON Schema of the registry file, as `lmcp schema` prints it.',
    answer: schemaAnswer,
    errors: [],
  }),
};

export type RegistryFileAnswer = Described<typeof registryFileAnswer>;
export type RegistryEditRequest = Described<typeof editRequest>;
export type RegistrySchemaAnswer = Described<typeof schemaAnswer>;
