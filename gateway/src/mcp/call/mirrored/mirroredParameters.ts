import { headerValue } from '../../../upstream/rpc/modernEnvelope.ts';
import type { AdmittedRequest } from '../admittedRequest.ts';
import { ownerOf, type Caller } from '../caller.ts';
import type { CallDependencies } from '../forward.ts';
import { own } from '../../jsonrpc/message.ts';
import { mirrored, type Mirrored } from './mirroredArguments.ts';

/**
 * Arguments of a call that are mirrored into headers (MCP 2026-07-28, basic/transports/streamable-http, "Custom Headers from
 * Tool Parameters"): a stateless client's headers must match its body; a stateless server over HTTP gets new ones.
 * @throws RpcFailure −32020 if the client's headers differ from its body
 */
export async function mirroredHeaders(
  { pool, catalog }: Pick<CallDependencies, 'pool' | 'catalog'>,
  caller: Caller,
  { server, tool = '', params, via }: AdmittedRequest,
): Promise<Record<string, string> | undefined> {
  const { era } = caller;
  // A call through a calling tool has the headers of the calling tool.
  const mirrors = era.mirrorsArguments && via === undefined;
  if (!mirrors && server.runtime !== 'http') return undefined;
  const owner = ownerOf(caller);
  let expected: Mirrored;
  try {
    if (!mirrors && (await pool.acquire(server, owner)).era === 'legacy') return undefined;
    const found = await catalog.find('tools', server, owner, tool);
    expected = mirrored(found?.['inputSchema'], own(params, 'arguments'));
  } catch {
    // The call itself fails for the same reason and reports it.
    return undefined;
  }
  if (mirrors) era.checkMirrored(expected);
  return Object.fromEntries(
    [...expected].flatMap(([name, value]) => (value === undefined ? [] : [[name, headerValue(value)]])),
  );
}
