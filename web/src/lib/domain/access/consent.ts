import type { AccessAnswer } from 'lmcp-gateway/src/api/access.ts';
import type { AuthorizationRequestAnswer } from 'lmcp-gateway/src/api/signIn/authorizations.ts';
import { idPattern } from 'lmcp-gateway/src/registry/id.ts';

/**
 * The client that the consent page proposes: the one that this application had, else one whose id is like its name, unless it is
 * a web site, which can use any name. Undefined: a new one.
 */
export function chosenClient(
  { suggested_client_id: before, app_name: name, redirect_kind: kind }: AuthorizationRequestAnswer,
  clients: readonly string[],
): string | undefined {
  if (before !== null && clients.includes(before)) return before;
  const plain = plainText(name);
  return plain === '' || kind === 'site' ? undefined : clients.find((id) => plainText(id) === plain);
}

/** An id for the client of an application that no client has yet. */
export function newClientId(name: string, clients: readonly string[]): string {
  const words = name.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  const id = words.join('-').slice(0, 48).replace(/-$/, '');
  const fitting = idPattern.test(id) ? id : 'application';
  const numbers = Array.from({ length: clients.length + 1 }, (_, index) => `${fitting}-${String(index + 2)}`);
  return [fitting, ...numbers].find((one) => !clients.includes(one)) ?? fitting;
}

export interface Reached {
  readonly server: string;
  /** How many of its tools, in words. */
  readonly tools: string;
}

/** The servers that a client may use. @param audience `/mcp`, or the path of the one server that is asked for */
export function reachOf(access: AccessAnswer, client: string, audience: string): Reached[] {
  const cells = access.clients.find((one) => one.client_id === client)?.cells ?? [];
  return access.servers.flatMap(({ server_id: server }, index) => {
    const cell = cells[index];
    const isAsked = audience === '/mcp' || audience === `/mcp/${server}`;
    const isGranted = cell !== undefined && access.rules[cell.rule]?.reason !== 'server_not_allowed';
    if (!isAsked || !isGranted || cell.access === 'none') return [];
    return [{ server, tools: toolsText(cell.allowed_count, cell.total_count) }];
  });
}

function toolsText(allowed: number | null, total: number | null): string {
  if (allowed === null || total === null) return 'its tools are not known yet';
  return allowed === total ? `all ${String(total)} tools` : `${String(allowed)} of ${String(total)} tools`;
}

function plainText(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]/g, '');
}
