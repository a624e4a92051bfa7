import { UpstreamError } from '../errors.ts';
import type { Server } from '../registry/types.ts';
import { version } from '../version.ts';
import type { Router } from './router.ts';
import type { UpstreamAnswer } from './types.ts';

/** The revision LMCP asks for, and those it can speak when the server answers with another one. */
const preferred = '2025-11-25';
const spoken: ReadonlySet<unknown> = new Set([preferred, '2025-06-18', '2025-03-26', '2024-11-05']);

const initializeParams = {
  protocolVersion: preferred,
  // Nothing a server could ask of its client is answered, so nothing is declared.
  capabilities: {},
  clientInfo: { name: 'lmcp', version },
};

export interface Agreed {
  readonly protocolVersion: string;
  readonly initializeResult: Readonly<Record<string, unknown>>;
}

/**
 * The `initialize` exchange of the revisions up to 2025-11-25 (lifecycle, initialization). The caller sends
 * `notifications/initialized` afterwards. A further era of the protocol opens its connections here as well.
 * @throws UpstreamError
 */
export async function handshake(router: Router, server: Server, signal: AbortSignal): Promise<Agreed> {
  // The registry has no initialize timeout for HTTP: whoever answers there is running already.
  const seconds = server.timeouts.initializeS ?? server.timeouts.toolsListS;
  const answer = await router.request('initialize', initializeParams, { timeoutMs: seconds * 1_000, signal });
  return agreed(answer, server.id);
}

function agreed(answer: UpstreamAnswer, serverId: string): Agreed {
  if ('error' in answer) {
    const { code, message } = answer.error;
    throw new UpstreamError(
      'start_failed',
      `Server "${serverId}" refused to initialize (error ${code}).`,
      `initialize: ${code} ${message.slice(0, 1_000)}`,
    );
  }
  const result = answer.result;
  if (typeof result !== 'object' || result === null || Array.isArray(result)) {
    throw new UpstreamError('protocol', `Server "${serverId}" answered initialize with something else.`);
  }
  const initializeResult = result as Record<string, unknown>;
  const revision = initializeResult['protocolVersion'];
  if (typeof revision !== 'string' || !spoken.has(revision)) {
    throw new UpstreamError(
      'protocol',
      `Server "${serverId}" speaks a revision of MCP that LMCP does not; it speaks ${[...spoken].join(', ')}.`,
      `initialize answered protocolVersion ${String(revision).slice(0, 100)}`,
    );
  }
  return { protocolVersion: revision, initializeResult };
}
