import type { Catalog } from '../../catalog/catalog.ts';
import type { Described } from '../../catalog/memory/remembered.ts';
import { grantedServers } from '../../policy/grant.ts';
import type { Owner } from '../../upstream/types.ts';
import type { Caller } from '../call/caller.ts';

/** Characters of one server, and of all together: instructions usually go into the context of a model. */
const maxOfOne = 4_000;
const maxOfAll = 32_000;

/**
 * What a client is told of the use of what it is offered (MCP 2025-11-25, basic/lifecycle, "Initialization"): on the path of one
 * server what that server says, on `/mcp` what all servers say that the client may use, each under its name, as far as that is
 * known without asking them.
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
