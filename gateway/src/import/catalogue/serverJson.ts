import { z } from 'zod';

// The server.json of the MCP registry, schema 2025-12-11, as far as it says how a server is started or reached. What else is
// in it is left out: a later schema may add to it.

const input = z.object({
  description: z.string().optional(),
  isRequired: z.boolean().optional(),
  isSecret: z.boolean().optional(),
  format: z.string().optional(),
  value: z.string().optional(),
  default: z.string().optional(),
  placeholder: z.string().optional(),
  choices: z.array(z.string()).optional(),
});

const withVariables = input.extend({ variables: z.record(z.string(), input).optional() });
const keyValue = withVariables.extend({ name: z.string().min(1) });
const argument = z.discriminatedUnion('type', [
  withVariables.extend({
    type: z.literal('positional'),
    valueHint: z.string().optional(),
    isRepeated: z.boolean().optional(),
  }),
  withVariables.extend({
    type: z.literal('named'),
    name: z.string().min(1),
    isRepeated: z.boolean().optional(),
  }),
]);

const packageSchema = z.object({
  registryType: z.string(),
  registryBaseUrl: z.string().optional(),
  // Neither an option of the program that fetches it, nor two words.
  identifier: z.string().regex(/^[^-\s]\S*$/),
  version: z.string().optional(),
  runtimeHint: z.string().optional(),
  transport: z.object({ type: z.string() }),
  runtimeArguments: z.array(argument).optional(),
  packageArguments: z.array(argument).optional(),
  environmentVariables: z.array(keyValue).optional(),
});

const remote = z.object({
  type: z.enum(['streamable-http', 'sse']),
  url: z.string().min(1),
  headers: z.array(keyValue).optional(),
  variables: z.record(z.string(), input).optional(),
});

const serverJson = z.object({
  name: z.string().min(1).max(200),
  title: z.string().optional(),
  description: z.string(),
  version: z.string(),
  packages: z.array(packageSchema).optional(),
  remotes: z.array(remote).optional(),
});

export type Input = z.infer<typeof withVariables>;
export type Argument = z.infer<typeof argument>;
export type KeyValue = z.infer<typeof keyValue>;
export type Package = z.infer<typeof packageSchema>;
export type Remote = z.infer<typeof remote>;
export type ServerJson = z.infer<typeof serverJson>;

/** The servers of a text, or why there are none. */
export type ReadServers =
  | { readonly ok: true; readonly servers: readonly ServerJson[] }
  | { readonly ok: false; readonly message: string };

/** One server.json, an array of them, or the list that the API of a registry answers (`{servers: [{server, _meta}]}`). */
export function readServerJson(text: string): ReadServers {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    return { ok: false, message: `it is not JSON: ${(error as Error).message}` };
  }
  const list = listIn(value);
  if (list.length === 0) return { ok: false, message: 'it names no server' };
  const servers: ServerJson[] = [];
  for (const [index, one] of list.entries()) {
    const read = serverJson.safeParse(one);
    if (!read.success) {
      const [issue] = read.error.issues;
      const at = [...(list.length > 1 ? [index] : []), ...(issue?.path ?? [])].map(String).join('.');
      return { ok: false, message: `it is no server.json: ${at === '' ? '' : `${at}: `}${issue?.message}` };
    }
    servers.push(read.data);
  }
  return { ok: true, servers };
}

function listIn(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value.map(unwrapped);
  const { servers } = Object(value) as { readonly servers?: unknown };
  return Array.isArray(servers) ? servers.map(unwrapped) : [unwrapped(value)];
}

function unwrapped(value: unknown): unknown {
  const { server } = Object(value) as { readonly server?: unknown };
  return server ?? value;
}
