import type { ImportPlan, Present } from '../../import/plan.ts';

/** What a plan grants to the clients that the registry has, and what it would grant to others. */
interface Split {
  readonly plan: ImportPlan;
  /** By the client that is missing: the ids of the servers of its application. */
  readonly missing: ReadonlyMap<string, readonly string[]>;
}

/** A plan without the grants of clients that the registry does not have: an import makes no clients. */
export function withoutMissingClients(plan: ImportPlan, { clients }: Present): Split {
  const grants = [...plan.grants];
  const missing = grants.filter(([client]) => !clients.has(client));
  return {
    plan: { ...plan, grants: new Map(grants.filter(([client]) => clients.has(client))) },
    missing: new Map(missing.map(([client, gained]) => [client, [...gained.keys()]])),
  };
}

/**
 * What the person is told about them. Importing again grants with the tool policies of the file, which `--allow` would not.
 * @param commandLine shows a command with the registry of this one
 */
export function missingClientsText(missing: Split['missing'], commandLine: (rest: string) => string): string {
  return [...missing]
    .map(
      ([client, servers]) =>
        `lmcp: no client ${client} in the registry, so none is granted ${servers.join(', ')}: ` +
        `add it (${commandLine(`client add ${client}`)}), then import again\n`,
    )
    .join('');
}
