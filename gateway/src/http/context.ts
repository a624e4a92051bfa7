import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DescribeAnswer, Status } from '../api/status.ts';
import type { Audit } from '../audit/types.ts';
import type { BrowserSessions } from '../clients/browserSessions.ts';
import type { AuthorizationServer } from '../clients/authorizations/authorizationServer.ts';
import type { HeldCredentials } from '../clients/heldCredentials.ts';
import { checkManagement } from '../clients/manager.ts';
import type { EventFeed } from '../events/feed.ts';
import { AuditUnavailableError } from '../errors.ts';
import type { ByteBudget } from '../byteBudget.ts';
import type { Turns } from '../turns.ts';
import type { TokenBucket } from '../limits/tokenBucket.ts';
import type { Clock } from '../clock.ts';
import type { McpEndpoint } from '../mcp/endpoint/endpoint.ts';
import type { Route } from '../management/route.ts';
import type { Registry } from '../registry/types.ts';
import { sendError } from './answer/answer.ts';
import { answerRejection } from './answer/answerRejection.ts';
import { headerValues, requestIdOf } from './door/headers.ts';
import type { ManagementUse, Use } from './door/managementUse.ts';
import type { BoundStreams } from './boundStreams.ts';
import type { Rejections } from './door/rejections.ts';
import type { WebFiles } from './webFiles.ts';

/** The file system of the audit log. */
export interface DiskState {
  readonly usedPercent: number;
  readonly isNearlyFull: boolean;
}

/** What the routes need of the gateway. */
export interface HttpContext {
  readonly registry: () => Registry;
  readonly audit: Audit;
  readonly endpoint: McpEndpoint;
  readonly feed: EventFeed;
  readonly rejections: Rejections;
  /** Of requests that are rejected by their Host, Origin, site or shape. */
  readonly doorRejections: Rejections;
  readonly bound: BoundStreams;
  /** Logs the use of good management tokens, on every route alike. */
  readonly managementUse: ManagementUse;
  /** Applications that sign in as clients. */
  readonly authorization: AuthorizationServer;
  readonly held: HeldCredentials;
  /** Whether a Host is one of this gateway. */
  readonly isOurHost: (host: string) => boolean;
  /** Of registrations, all callers together. */
  readonly registrations: TokenBucket;
  /** Browsers that `lmcp open` has signed in. */
  readonly sessions: BrowserSessions;
  /** Takes the redirect of an authorization server; gives the id of the server. @throws SignInError */
  readonly finishSignIn: (redirect: URLSearchParams) => Promise<string>;
  /** Proves to the command line that this is the gateway of its registry. */
  readonly gatewayKey: Uint8Array;
  /** Bytes held for callers. */
  readonly memory: ByteBudget;
  /** Serves clients in turn while there is much to do. */
  readonly turns: Turns;
  /** Shared by all callers of /auth-check and /server-check. */
  readonly probes: TokenBucket;
  readonly clock: Clock;
  /** The body of /status, whole or as everybody may see it. */
  readonly disk: DiskState;
  readonly status: (view: StatusView) => Status;
  readonly describe: () => DescribeAnswer;
  readonly version: string;
  /** What the management token gives access to: loaded when it is first asked for. */
  readonly management: () => Promise<readonly Route[]>;
  /** The web interface. */
  readonly ui: WebFiles;
  /** True once the gateway takes no new requests. */
  readonly draining: () => boolean;
}

export interface StatusView {
  readonly management: boolean;
  readonly limit: number;
}

/**
 * Who reads: management (header present and right), or everybody (no header, where that is enough). A wrong header is rejected
 * and logged; what a valid one is used for is logged, or counted.
 * @returns undefined when the request has been answered
 */
export async function readerOf(
  context: HttpContext,
  request: IncomingMessage,
  response: ServerResponse,
  use: Omit<Use, 'requestId'>,
  { required = false } = {},
): Promise<{ readonly management: boolean } | undefined> {
  const presented = headerValues(request, 'x-lmcp-management-token');
  const { settings } = context.registry();
  const orEverybody = !required;
  const check = checkManagement(settings, required && presented.length === 0 ? [''] : presented, {
    guessed: context.rejections.isPastLimit,
    sessions: context.sessions,
  });
  if (check.kind !== 'rejected') {
    const by = check.kind === 'ok' && check.session !== undefined ? { session: check.session } : {};
    return check.kind === 'absent'
      ? { management: false }
      : recorded(context, request, { ...use, ...by }, orEverybody);
  }
  const { reason } = check;
  await answerRejection(context, request, response, { event: 'management_auth', reason }, () =>
    sendError(response, reason, managementMessages[reason]),
  );
  return undefined;
}

/** While nothing can be logged, what everybody may read is still told, and nothing more. @throws AuditUnavailableError */
async function recorded(
  { managementUse }: HttpContext,
  request: IncomingMessage,
  use: Omit<Use, 'requestId'>,
  orEverybody: boolean,
): Promise<{ readonly management: boolean }> {
  const [token = ''] = headerValues(request, 'x-lmcp-management-token');
  try {
    await managementUse.record(token, { ...use, requestId: requestIdOf(request) });
    return { management: true };
  } catch (error) {
    if (orEverybody && error instanceof AuditUnavailableError) return { management: false };
    throw error;
  }
}

const managementMessages = {
  management_disabled:
    'management is disabled; `lmcp management enable` sets a management token in the registry',
  management_unauthorized:
    'the management token is wrong; send the one of the registry in X-Lmcp-Management-Token',
} as const;

/** Of every request without one: on the way of each call, none is made. Nobody changes it. */
const noQuery = new URLSearchParams();

/** The path of a request, without its query. */
export function pathOf(request: IncomingMessage): string {
  return (request.url ?? '').split(/[?#]/, 1)[0] ?? '';
}

export function queryOf(request: IncomingMessage): URLSearchParams {
  const url = request.url ?? '';
  const at = url.indexOf('?');
  return at < 0 ? noQuery : new URLSearchParams(url.slice(at + 1));
}
