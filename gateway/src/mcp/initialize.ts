import { RpcCode } from '../errors.ts';
import type { Caller } from './caller.ts';
import { enterServer } from './gates.ts';
import { own, type RpcRequest } from './message.ts';
import { RpcFailure } from './refusal.ts';
import { negotiate } from './revisions.ts';
import type { Session } from './session.ts';
import type { Sessions } from './sessions.ts';

export interface Initialized {
  readonly session: Session;
  readonly result: Readonly<Record<string, unknown>>;
}

/** The handshake of the 2024 and 2025 eras (MCP 2025-11-25, basic/lifecycle): opens a session bound to the caller's token. */
export async function initialize(
  sessions: Sessions,
  caller: Caller,
  tokenKey: string,
  request: RpcRequest,
  version: string,
): Promise<Initialized> {
  try {
    if (caller.only !== null) enterServer(caller, caller.only, { method: 'initialize' });
  } finally {
    await caller.trail.commit();
  }
  const revision = negotiate(own(request.params, 'protocolVersion'));
  const session = sessions.open({ clientId: caller.client.id, tokenKey, only: caller.only, revision });
  if (session === undefined) {
    throw new RpcFailure(
      RpcCode.internalError,
      'this client has too many sessions open; close some and try again',
    );
  }
  const result = {
    protocolVersion: revision,
    capabilities: { tools: { listChanged: true } },
    serverInfo: { name: 'lmcp', title: 'LMCP', version },
  };
  return { session, result };
}
