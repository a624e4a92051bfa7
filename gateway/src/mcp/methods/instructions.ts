import type { Catalog } from '../../catalog/catalog.ts';
import type { Described } from '../../catalog/memory/remembered.ts';
import { grantedServers } from '../../policy/grant.ts';
import type { Owner } from '../../upstream/types.ts';
import type { Caller } from '../call/caller.ts';

/** Characters per server and in total: instructions usually enter a model's context. */
const maxOfOne = 4_000;
const maxOfAll = 32_000;

/**
 * The instructions sent to a client (MCP 2025-11-25, basic/lifecycle, "Initialization"): on the path of one server those of
 * that server; on `/mcp` those of all servers the client may use, each under the server's name, as far as they are known
 * without asking the servers.
 */
export function instructionsFor(
  catalog: Catalog,
  { client, registry, only }: Caller,
  owner: Owner,
  described: Described | undefined,
): { readonly instructions?: string } {
  if (only !== null) return asMember(textOf(described));
  let room = maxOfAll;
  const parts: string[] = [];
  for (const server of grantedServers(client, registry)) {
    const { id } = server;
    const text = textOf(catalog.described(server, owner))?.trim();
    if (text === undefined || text === '') continue;
    const part = `# ${id} (its tools begin with ${id}__)\n\n${shortened(text, Math.min(maxOfOne, room))}`;
    if (part.length > room) break;
    room -= part.length;
    parts.push(part);
  }
  return asMember(parts.length === 0 ? undefined : parts.join('\n\n'));
}

function shortened(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, Math.max(max - 2, 0)).toWellFormed()} …`;
}

function textOf(described: Described | undefined): string | undefined {
  const instructions = described?.initializeResult['instructions'];
  return typeof instructions === 'string' ? instructions : undefined;
}

function asMember(instructions: string | undefined): { readonly instructions?: string } {
  return instructions === undefined ? {} : { instructions };
}
