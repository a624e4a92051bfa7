import { RpcCode, UpstreamError } from '../../errors.ts';
import { isRecord } from '../../json/isRecord.ts';
import type { Server } from '../../registry/types.ts';
import { version } from '../../version.ts';
import { noCapabilities, type ClientCapabilities } from '../clientCapabilities.ts';
import { limits } from '../limits.ts';
import { inEnvelope, modernRevision, standardHeaders } from './modernEnvelope.ts';
import { handshakeRevisions, otherRevision } from './rejectedRevision.ts';
import { withoutSecrets } from '../secrets/withoutSecrets.ts';
import type { Router } from './router.ts';
import type { Era, UpstreamAnswer } from '../types.ts';

/** Those LMCP can speak when the server answers with another one than it was asked for. */
const supported: ReadonlySet<unknown> = new Set(handshakeRevisions);
/** How long a server may be silent about its era before the handshake of the older ones is tried beside the question. */
const probePatienceMs = 3_000;

/** Failures of `initialize` that a server of the newer era may have meant as its rejection. */
const rejections: ReadonlySet<UpstreamError['kind']> = new Set(['start_failed', 'http_status']);

export interface Agreed {
  readonly era: Era;
  readonly protocolVersion: string;
  readonly initializeResult: Readonly<Record<string, unknown>>;
}

/** What is known of a server's eras; undefined where it was never tried. */
export interface KnownEras {
  readonly legacy?: boolean;
  readonly modern?: boolean;
}

export interface HandshakeOptions {
  readonly server: Server;
  readonly signal: AbortSignal;
  /** What the client behind LMCP can be asked for. */
  readonly capabilities?: ClientCapabilities | undefined;
  /** The revision of the client behind LMCP, where it has one with a handshake. */
  readonly revision?: string | undefined;
  /** The client's own era: a server that supports both is addressed as its client would. */
  readonly preferred: Era;
  readonly known: KnownEras;
}

/**
 * Opens the conversation with a server in its client's era where the server speaks it, else in the other one, on the same
 * channel (MCP 2026-07-28, basic/versioning, "Backward Compatibility"). After `initialize` the caller sends
 * `notifications/initialized`.
 * @throws UpstreamError
 */
export async function handshake(router: Router, options: HandshakeOptions): Promise<Agreed> {
  const { preferred, known } = options;
  const modernFirst = preferred === 'modern' ? known.modern !== false : known.legacy === false;
  return modernFirst ? discoverFirst(router, options) : initializeFirst(router, options);
}

async function initializeFirst(router: Router, options: HandshakeOptions): Promise<Agreed> {
  try {
    return await initialize(router, options);
  } catch (error) {
    const answered = error instanceof UpstreamError && rejections.has(error.kind);
    const discovered =
      answered && options.known.modern !== false ? await discover(router, options) : undefined;
    if (discovered === undefined) throw error;
    return discovered;
  }
}

/** Any error, or silence, means that the server is of an older era. */
async function discoverFirst(router: Router, options: HandshakeOptions): Promise<Agreed> {
  const discovery = discover(router, options);
  const discovered = await Promise.race([discovery, silence(options)]);
  if (discovered !== undefined && discovered !== 'silence') return discovered;
  const initialized = initialize(router, options);
  if (discovered === undefined) return initialized;
  return initialized.catch(async (error: unknown) => {
    // A slow server of the modern era: it rejects initialize, and answers the question in the end.
    const rejected = error instanceof UpstreamError && rejections.has(error.kind);
    const late = rejected ? await discovery : undefined;
    if (late === undefined) throw error;
    return late;
  });
}

function timeoutMs({ timeouts }: Server): number {
  // The registry has no initialize timeout for HTTP: a server that answers is already running.
  return (timeouts.initializeS ?? timeouts.toolsListS) * 1_000;
}

async function silence({ server }: HandshakeOptions): Promise<'silence'> {
  const patience = Math.min(probePatienceMs, timeoutMs(server) / 3);
  return new Promise((resolve) => setTimeout(resolve, patience, 'silence').unref());
}

/** Undefined for a server of an older era; fails only where the channel is gone and `initialize` would fail as well. */
async function discover(
  router: Router,
  { server, signal, capabilities }: HandshakeOptions,
): Promise<Agreed | undefined> {
  const method = 'server/discover';
  const params = inEnvelope({}, capabilities);
  const headers = standardHeaders(method, params);
  try {
    const options = { timeoutMs: timeoutMs(server), signal, headers, probe: true };
    const ask = (): Promise<UpstreamAnswer> => router.request(method, params, options);
    const first = await ask();
    const answer = offersModern(first) ? await ask() : first;
    if ('error' in answer || answer.bytes > limits.introduction) return undefined;
    const result = answer.result as Readonly<Record<string, unknown>> | null;
    const versions = result?.['supportedVersions'];
    if (!Array.isArray(versions) || !versions.includes(modernRevision)) return undefined;
    return { era: 'modern', protocolVersion: modernRevision, initializeResult: result ?? {} };
  } catch {
    return undefined;
  }
}

/** Some reject the first request with a list that has its revision (MCP 2026-07-28, basic/versioning): they are asked a second time. */
function offersModern(answer: UpstreamAnswer): boolean {
  if (!('error' in answer) || answer.error.code !== RpcCode.unsupportedProtocolVersion) return false;
  const { data } = answer.error;
  const offered = isRecord(data) ? data['supported'] : undefined;
  return Array.isArray(offered) && offered.includes(modernRevision);
}

/** A server that rejects the newest revision is asked again, with one that it names or with the client's. */
async function initialize(router: Router, options: HandshakeOptions): Promise<Agreed> {
  const [newest] = handshakeRevisions;
  const first = await askFor(newest, router, options).catch((error: unknown) => error as UpstreamError);
  const other = otherRevision(first, newest, options.revision);
  if (other !== undefined) return agreed(await askFor(other, router, options), options.server);
  if (first instanceof Error) throw first;
  return agreed(first, options.server);
}

function askFor(
  protocolVersion: string,
  router: Router,
  { server, signal, capabilities = noCapabilities }: HandshakeOptions,
): Promise<UpstreamAnswer> {
  // Extensions are of the stateless era.
  const { extensions: _extensions, ...known } = capabilities;
  const params = { protocolVersion, capabilities: known, clientInfo: { name: 'lmcp', version } };
  return router.request('initialize', params, { timeoutMs: timeoutMs(server), signal });
}

function agreed(answer: UpstreamAnswer, server: Server): Agreed {
  const serverId = server.id;
  if ('error' in answer) {
    const { code, message } = answer.error;
    throw new UpstreamError(
      'start_failed',
      `Server "${serverId}" rejected initialize (error ${code}).`,
      `initialize: ${code} ${withoutSecrets(server, message).slice(0, 1_000)}`,
    );
  }
  if (answer.bytes > limits.introduction) {
    throw new UpstreamError(
      'protocol',
      `Server "${serverId}" answered initialize with ${answer.bytes} bytes; LMCP keeps at most ${limits.introduction}.`,
    );
  }
  const result = answer.result;
  if (typeof result !== 'object' || result === null || Array.isArray(result)) {
    throw new UpstreamError('protocol', `Server "${serverId}" answered initialize with something else.`);
  }
  const initializeResult = result as Record<string, unknown>;
  const revision = initializeResult['protocolVersion'];
  if (typeof revision !== 'string' || !supported.has(revision)) {
    throw new UpstreamError(
      'protocol',
      `Server "${serverId}" has no revision of MCP in common with LMCP; it supports ${[...supported].join(', ')}.`,
      `initialize answered protocolVersion ${typeof revision === 'string' ? withoutSecrets(server, revision).slice(0, 100) : `of type ${typeof revision}`}`,
    );
  }
  return { era: 'legacy', protocolVersion: revision, initializeResult };
}
