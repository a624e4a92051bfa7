import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { applyAnswer } from './registry.ts';
import { hostileText, named, ok, type Described } from './schema/named.ts';

const question = named(
  'CatalogueQuestion',
  'What a server needs to be given before it can run.',
  z.strictObject({
    name: z.string().meta({ description: 'Its key in `answers`.' }),
    description: hostileText,
    required: z.boolean(),
    secret: z.boolean().meta({ description: 'Its answer goes to `secrets.yaml`.' }),
    default: z.string().nullable(),
    choices: z.array(z.string()).nullable(),
    example: z.string().nullable(),
    repeated: z.boolean().meta({ description: 'Several values, a line each.' }),
  }),
);

const catalogueServer = named(
  'CatalogueServer',
  'One server that can be added.',
  z.strictObject({
    name: z.string(),
    title: z.string(),
    description: hostileText,
    version: z.string(),
    runs: z.string().meta({ description: 'Its package at its pinned version, or its URL.' }),
    notes: z.array(z.string()).meta({ description: 'What the person should know, its scope among it.' }),
    questions: z.array(question),
  }),
);

const catalogueQuery = z.strictObject({
  q: z
    .string()
    .max(200)
    .exactOptional()
    .meta({ description: 'Words of its name, package or description; absent: all.' }),
});

const catalogueAnswer = named(
  'CatalogueAnswer',
  'Servers of the catalogue that comes with LMCP, best matches first. Nothing is fetched for it.',
  z.strictObject({ ok, servers: z.array(catalogueServer) }),
);

const addRequest = named(
  'CatalogueAdd',
  'A server of the catalogue, to be added at its pinned version.',
  z.strictObject({
    name: z.string().min(1),
    server_id: z
      .string()
      .exactOptional()
      .meta({ description: 'Its id in the registry; absent: one like its name.' }),
    answers: z
      .record(z.string(), z.string())
      .exactOptional()
      .meta({ description: 'By name of the question.' }),
    clients: z.array(z.string()).exactOptional().meta({ description: 'Who may use it; absent: nobody.' }),
    apply: z.boolean().meta({ description: 'False: a preview, which writes nothing.' }),
  }),
  [{ name: 'npm/memory', apply: false }],
);

const addAnswer = named(
  'CatalogueAddAnswer',
  'What adding the server does, or did. Secrets are in no answer.',
  z.strictObject({
    ok,
    server_id: z.string(),
    runs: z
      .string()
      .meta({ description: 'The whole command line, or the URL, with secrets as `${secret:NAME}`.' }),
    notes: z.array(z.string()),
    missing: z.array(z.string()).meta({ description: 'Names of questions that still need an answer.' }),
    applied: applyAnswer.nullable().meta({ description: 'Null for a preview.' }),
  }),
);

export const catalogueEndpoints = {
  searchCatalogue: endpoint({
    method: 'GET',
    path: '/management/catalogue',
    auth: 'management',
    summary: 'Lists servers that can be added by name.',
    query: catalogueQuery,
    answer: catalogueAnswer,
    errors: [],
  }),
  addFromCatalogue: endpoint({
    method: 'POST',
    path: '/management/catalogue/add',
    auth: 'management',
    summary: 'Adds a server of the catalogue to the registry.',
    body: addRequest,
    answer: addAnswer,
    ifMatch: true,
    errors: [
      'unknown_server',
      'unknown_client',
      'invalid_import',
      'invalid_registry',
      'invalid_secrets',
      'apply_in_progress',
      'revision_mismatch',
      'secret_required',
    ],
  }),
};

export type CatalogueServer = Described<typeof catalogueServer>;
export type CatalogueAnswer = Described<typeof catalogueAnswer>;
export type CatalogueAdd = Described<typeof addRequest>;
export type CatalogueAddAnswer = Described<typeof addAnswer>;
