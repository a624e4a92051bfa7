import { callerNamed, rpc } from '../../harness/rpc.ts';
import type { Seen } from '../seen.ts';
import { pause, type Setting } from '../setting.ts';

/** A client of good manners: it must not notice that others are attacked. */
export const neighbour = callerNamed('neighbour');

const counted = (tool: string): string => `${tool} of the well-behaved client`;

/** Calls one tool in one session, one call after the other, until the signal; whatever fails is counted. */
export async function callQuietly({ gateway, seen, signal }: Setting, tool: string): Promise<void> {
  const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'n', version: '1' } };
  const { headers } = await rpc(gateway, neighbour, 'initialize', params);
  const session = { 'Mcp-Session-Id': headers.get('mcp-session-id') ?? '' };
  while (!signal.aborted) {
    const reply = await rpc(gateway, neighbour, 'tools/call', { name: tool }, { headers: session }).catch(
      () => undefined,
    );
    seen.outcome(counted(tool), reply?.body.result === undefined ? 'errors' : 'results');
    await pause(50, signal);
  }
}

/** What it lost, in words. */
export function lostBy({ tools, counts }: Seen, tool: string): string[] {
  const { results = 0, errors = 0 } = tools.get(counted(tool)) ?? {};
  const through = counts.get('pages of other sites that got through') ?? 0;
  return [
    ...(results > 0 && errors === 0
      ? []
      : [`the well-behaved client lost ${errors} calls, and had ${results}`]),
    ...(through === 0 ? [] : [`pages of other sites got through ${through} times`]),
  ];
}
