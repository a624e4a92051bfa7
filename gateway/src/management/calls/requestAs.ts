import { Trail } from '../../audit/trail.ts';
import type { AuditLine } from '../../audit/types.ts';
import type { CallAnswer } from '../../api/call.ts';
import { LegacyEra } from '../../mcp/era/legacy/legacyEra.ts';
import { handle } from '../../mcp/methods/handle.ts';
import type { Caller } from '../../mcp/call/caller.ts';
import type { Params, RpcRequest } from '../../mcp/jsonrpc/message.ts';
import type { ResponseNotifier } from '../../mcp/jsonrpc/notifier.ts';
import { RpcFailure, toRpcError } from '../../mcp/jsonrpc/rpcFailure.ts';
import { Session } from '../../mcp/session/session.ts';
import { UpstreamError } from '../../errors.ts';
import { isLargeValue } from '../../upstream/rpc/writeLarge.ts';
import { quoted } from '../../registry/yaml/problem.ts';
import { answered, type Answered } from './answered.ts';
import { ApiError } from '../apiError.ts';
import type { ManagementDependencies } from '../dependencies.ts';

export interface AskedAs {
  readonly clientId: string;
  readonly serverId: string;
  readonly method: string;
  readonly params: Params;
  /** The `X-Request-Id` of the request to the management API. */
  readonly requestId: string | null;
}

const requestNumber = 1;
const revision = '2025-11-25';

/** One request of management in a client's place, decided by the code that decides the client's own. */
export class RequestAs {
  readonly #dependencies: ManagementDependencies;
  readonly #caller: Caller;
  readonly #request: RpcRequest;
  /** Of this request alone: what the server logs meanwhile comes with it, and it can be cancelled. */
  readonly #session: Session;

  private constructor(dependencies: ManagementDependencies, asked: AskedAs) {
    const { store, audit, clock } = dependencies;
    const registry = store.current;
    const client = registry.clients.get(asked.clientId);
    if (client === undefined) {
      throw new ApiError('unknown_client', `the registry has no client ${quoted(asked.clientId)}`);
    }
    const trail = Trail.viaManagement(audit, asked.requestId);
    trail.clientId = client.id;
    const identity = { clientId: client.id, tokenKey: '', only: asked.serverId, revision };
    this.#session = new Session(identity, clock.monotonic());
    const era = new LegacyEra(this.#session);
    this.#dependencies = dependencies;
    const large = isLargeValue(asked.params);
    this.#caller = { client, registry, only: asked.serverId, era, trail, ...(large && { large }) };
    this.#request = { kind: 'request', id: requestNumber, method: asked.method, params: asked.params };
  }

  /** @throws ApiError 404 `unknown_client` */
  static async prepare(dependencies: ManagementDependencies, asked: AskedAs): Promise<RequestAs> {
    await dependencies.store.reload();
    return new RequestAs(dependencies, asked);
  }

  /** The same in all its audit lines. */
  get call(): string {
    return this.#caller.trail.call;
  }

  /** The server is told that nobody waits for its answer any more. */
  cancel(): void {
    this.#session.cancel(requestNumber);
  }

  /** @throws AuditUnavailableError */
  async run(notifier: ResponseNotifier): Promise<CallAnswer> {
    const { audit, clock, pool } = this.#dependencies;
    const { call } = this;
    const lines: AuditLine[] = [];
    const unsubscribe = audit.subscribe((line) => {
      if (line.call === call) lines.push(line);
    });
    const started = clock.monotonic();
    try {
      const outcome = await this.#throughChecks(notifier);
      const durationMs = Math.round(clock.monotonic() - started);
      return { ok: true, ...outcome, duration_ms: durationMs, call, audit: lines };
    } finally {
      unsubscribe();
      this.#session.end();
      pool.release({ clientId: this.#caller.client.id, sessionId: this.#session.id });
    }
  }

  async #throughChecks(notifier: ResponseNotifier): Promise<Answered> {
    const { calls, limits } = this.#dependencies;
    try {
      const deps = { ...calls, limit: limits.take.bind(limits) };
      const { text } = await handle(deps, this.#caller, this.#request, notifier);
      return await answered(this.#caller.client.id, text);
    } catch (error) {
      if (error instanceof RpcFailure) return { outcome: 'refused', result: null, rpc_error: error.error };
      if (error instanceof UpstreamError)
        return { outcome: 'failed', result: null, rpc_error: toRpcError(error) };
      throw error;
    }
  }
}
