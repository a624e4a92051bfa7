import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { applyAnswer } from './registry.ts';
import { jsonObject, named, ok, type Described } from './schema/named.ts';

const importRequest = named(
  'ImportRequest',
  'A configuration with MCP servers, as an application or a README has it.',
  z.strictObject({
    text: z.string().min(1).exactOptional().meta({
      description:
        'JSON, with comments if need be, TOML, YAML, or a server.json; or one command, as `npx -y …` or `docker run …`, or a URL.',
    }),
    found: z
      .array(z.strictObject({ file: z.string(), servers: z.array(z.string()).min(1) }))
      .min(1)
      .exactOptional()
      .meta({
        description: 'In place of `text`: servers of files that `GET /management/import/found` lists.',
      }),
    client_id: z.string().nullable().exactOptional().meta({
      description:
        'Granted the servers; null: nobody. Absent: nobody for `text`, and for `found` the client of each application, as far as the registry has it.',
    }),
    values: z
      .record(z.string(), z.string().min(1))
      .exactOptional()
      .meta({ description: 'Secrets that the configuration lacks, by their name in `asked`.' }),
    apply: z.boolean().meta({ description: 'False: a preview, which writes nothing.' }),
    store_secrets: z.literal(true).exactOptional().meta({
      description:
        'With `text` and `apply: false`: writes the secrets of the text and of `values` into `secrets.yaml`, so that a `definition` of the answer can be tested and added by a patch.',
    }),
  }),
  [{ text: '{"mcpServers": {"time": {"command": "uvx", "args": ["mcp-server-time"]}}}', apply: false }],
);

const importedServer = named(
  'ImportedServer',
  'One server of the configuration.',
  z.strictObject({
    name: z.string().meta({ description: 'As the configuration has it.' }),
    server_id: z.string().nullable().meta({ description: 'Null where it is left out.' }),
    state: z.enum(['new', 'known', 'left_out']),
    runs: z.string().nullable().meta({ description: 'Its program, image or origin.' }),
    notes: z.array(z.string()),
    definition: jsonObject.nullable().meta({
      description:
        'Of a new server of `text`: its section of the registry, with `${secret:NAME}` in place of secrets.',
    }),
    asked: z.array(z.string()).meta({ description: 'Names of secrets that it still needs.' }),
  }),
);

const foundFile = named(
  'FoundConfiguration',
  'A file of an application on the machine of the gateway.',
  z.strictObject({
    application: z.string(),
    title: z.string(),
    file: z.string(),
    client_id: z
      .string()
      .nullable()
      .meta({ description: 'The client of the application; null: the registry has none.' }),
    fault: z.string().nullable().meta({ description: 'Why it was not read.' }),
    servers: z.array(importedServer),
  }),
);

const foundAnswer = named(
  'FoundAnswer',
  'Configurations with MCP servers that the applications of the gateway’s user have. Values of theirs are in no answer.',
  z.strictObject({
    ok,
    available: z.boolean().meta({
      description:
        'False where `lmcp.loopback_only` is false: the files of the person are not looked for then.',
    }),
    files: z.array(foundFile),
  }),
);

const importAnswer = named(
  'ImportAnswer',
  'What the import does, or did. Secrets go to `secrets.yaml` and are in no answer.',
  z.strictObject({
    ok,
    servers: z.array(importedServer),
    granted: z.array(z.string()).meta({ description: 'Ids of the servers that the client gains.' }),
    applied: applyAnswer.nullable().meta({ description: 'Null for a preview, and where nothing is new.' }),
  }),
);

export const importEndpoints = {
  findImports: endpoint({
    method: 'GET',
    path: '/management/import/found',
    auth: 'management',
    scope: 'full',
    summary: 'Looks for configurations of applications on this machine; reads them and changes nothing.',
    answer: foundAnswer,
    errors: [],
  }),
  importServers: endpoint({
    method: 'POST',
    path: '/management/import',
    auth: 'management',
    summary: 'Takes servers of another configuration into the registry.',
    body: importRequest,
    answer: importAnswer,
    ifMatch: true,
    errors: [
      'invalid_import',
      'unknown_client',
      'invalid_registry',
      'invalid_secrets',
      'apply_in_progress',
      'revision_mismatch',
      'secret_required',
    ],
  }),
};

export type ImportRequest = Described<typeof importRequest>;
export type ImportAnswer = Described<typeof importAnswer>;
export type FoundAnswer = Described<typeof foundAnswer>;
export type ImportedServer = Described<typeof importedServer>;
