import fc from 'fast-check';
import { stringify } from 'yaml';
import { parseRegistry } from '../../registry/parse.ts';
import type { Registry } from '../../registry/types.ts';

export interface PolicyInput {
  readonly mode?: 'allow_all' | 'deny_all' | 'allow_list';
  readonly allow_tools?: readonly string[];
  readonly deny_tools?: readonly string[];
}

export interface RegistryInput {
  readonly servers: Readonly<Record<string, PolicyInput>>;
  /** Servers with `pin_tools`. */
  readonly pinned?: readonly string[];
  readonly clients: Readonly<
    Record<string, { readonly allow_servers: readonly string[]; readonly tool_policy: object }>
  >;
}

/** Any tool policy over these names, whole or in part. */
export function policies(tools: readonly string[]): fc.Arbitrary<PolicyInput> {
  return fc.record(
    {
      mode: fc.constantFrom('allow_all', 'deny_all', 'allow_list'),
      allow_tools: fc.subarray([...tools]),
      deny_tools: fc.subarray([...tools]),
    },
    { requiredKeys: [] },
  );
}

/** A registry's file: servers with these policies, clients with these grants. */
export function registryText({ servers, clients, pinned = [] }: RegistryInput): string {
  return stringify({
    lmcp: { port: 7345 },
    clients: Object.fromEntries(
      Object.entries(clients).map(([id, client]) => [
        id,
        {
          token: `token-of-${id}-0123456789`,
          ...client,
          allow_servers: client.allow_servers.filter((server) => Object.hasOwn(servers, server)),
        },
      ]),
    ),
    servers: Object.fromEntries(
      Object.entries(servers).map(([id, policy]) => [
        id,
        {
          transport: 'stdio',
          command: 'true',
          tool_policy: policy,
          ...(pinned.includes(id) && { pin_tools: true }),
        },
      ]),
    ),
  });
}

export function registryFrom(text: string): Registry {
  const parsed = parseRegistry(text, {
    env: {},
    baseDir: '/nowhere',
    insideImage: false,
    readTokenFile: () => '',
    selfImage: undefined,
    mountBase: undefined,
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.registry;
}
