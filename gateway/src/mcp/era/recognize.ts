import { RpcCode } from '../../errors.ts';
import type { Era } from '../call/era.ts';
import type { Exchange } from '../jsonrpc/exchange.ts';
import type { Message, RequestId, RpcError } from '../jsonrpc/message.ts';
import type { Session } from '../session/session.ts';
import { modernRevision } from '../../upstream/rpc/modernEnvelope.ts';
import type { Arrival } from './arrival.ts';
import { LegacyEra } from './legacy/legacyEra.ts';
import { respond, type LegacyDependencies } from './legacy/respond.ts';
import { assumedRevision, isSpoken, unsupportedRevision } from './legacy/revisions.ts';
import { isModern, readEnvelope, type Envelope } from './stateless/envelope.ts';
import { StatelessEra, type StatelessDependencies } from './stateless/statelessEra.ts';

export interface EraDependencies extends LegacyDependencies, StatelessDependencies {}

/** The kind of a POST. */
export type Recognized =
  | {
      readonly kind: 'recognized';
      readonly era: Era;
      readonly session: Session | undefined;
      /** Assumed if neither session nor header names a revision. */
      readonly revision: string;
    }
  /** A notification of the stateless era, which has them only on stdio; over HTTP, closing a response cancels its request. */
  | { readonly kind: 'ignored' }
  | {
      readonly kind: 'rejected';
      readonly status: number;
      readonly id: RequestId | null;
      readonly error: RpcError;
      /** Logged as a self-contradictory request. */
      readonly malformed: boolean;
    };

/**
 * Recognises the era of a POST, once, before its method is read. A request of neither era is answered like one of the legacy
 * era without a session.
 * @param message undefined for a batch, which only the legacy era has
 */
export function recognize(
  deps: EraDependencies,
  arrival: Arrival,
  message: Message | undefined,
  exchange: Exchange,
): Recognized {
  const { mirrored, revision } = arrival;
  if (message?.kind === 'request' || message?.kind === 'notification') {
    const headers = { ...mirrored, revision };
    if (isModern(message.method, message.params, headers)) {
      if (message.kind !== 'request') return { kind: 'ignored' };
      const read = readEnvelope(message.method, message.params, headers);
      if ('error' in read) return rejected(400, message.id, read.error, true);
      return stateless(deps, arrival, read.envelope, exchange);
    }
  }
  return legacy(deps, arrival, message);
}

function stateless(
  deps: EraDependencies,
  { tokenKey, paramHeaders }: Arrival,
  envelope: Envelope,
  exchange: Exchange,
): Recognized {
  const era = new StatelessEra(deps, { tokenKey, envelope, parameterHeaders: paramHeaders(), exchange });
  return { kind: 'recognized', era, session: undefined, revision: modernRevision };
}

function legacy(deps: EraDependencies, arrival: Arrival, message: Message | undefined): Recognized {
  const { sessionId, revision, tokenKey } = arrival;
  const session = sessionId === undefined ? undefined : deps.sessions.find(sessionId, arrival);
  if (sessionId !== undefined && session === undefined) return rejected(404, null, unknownSession);
  if (message !== undefined && revision !== undefined && !isSpoken(revision)) {
    const id = message.kind === 'request' ? message.id : null;
    return rejected(400, id, unsupportedRevision(revision));
  }
  const era = new LegacyEra(session, (caller, request, notifier) =>
    respond(deps, { tokenKey, session }, caller, request, notifier),
  );
  return {
    kind: 'recognized',
    era,
    session,
    revision: session?.identity.revision ?? revision ?? assumedRevision,
  };
}

function rejected(status: number, id: RequestId | null, error: RpcError, malformed = false): Recognized {
  return { kind: 'rejected', status, id, error, malformed };
}

/** On 404 a client initializes again (MCP 2025-11-25, basic/transports, "Session Management"). */
export const unknownSession: RpcError = {
  code: RpcCode.unauthorized,
  message: 'no such session: initialize again',
};
