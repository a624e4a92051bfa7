import type { TestGateway } from './gateway.ts';
import { credentialsOf, type Caller } from './rpc.ts';

/** Opens the stream of a stateless client (MCP 2026-07-28, `subscriptions/listen`). */
export function openListenStream(
  gateway: TestGateway,
  who: Caller,
  notifications: object,
  signal: AbortSignal | null = null,
): Promise<Response> {
  const method = 'subscriptions/listen';
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  return fetch(`${gateway.origin}/mcp`, {
    method: 'POST',
    signal,
    headers: {
      ...credentialsOf(who),
      'Content-Type': 'application/json',
      Accept: 'application/json, text/event-stream',
      'MCP-Protocol-Version': '2026-07-28',
      'Mcp-Method': method,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 'l1', method, params: { notifications, _meta } }),
  });
}
