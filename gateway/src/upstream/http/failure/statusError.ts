import { UpstreamError } from '../../../errors.ts';
import type { HttpServer } from '../../../registry/types.ts';
import { SignInNeededError, type SignInAdvice } from '../authorization.ts';
import { withoutSecrets } from '../../secrets/withoutSecrets.ts';
import { rejectionSentence } from './rejectionSentence.ts';

/** The server rejected with a status; kept so that the fall-back can look at it. */
export class HttpStatusError extends UpstreamError {
  readonly status: number;
  constructor(status: number, message: string, operatorDetail?: string) {
    super('http_status', message, operatorDetail);
    this.status = status;
  }
}

/** The response was the stream of the HTTP+SSE transport: the server takes every request to its address for its opening. */
export class OlderTransportError extends UpstreamError {
  constructor(serverId: string) {
    super('protocol', `Server "${serverId}" uses the HTTP+SSE transport of MCP 2024-11-05.`);
  }
}

/** An HTTP status in words: what the server says itself, what the status usually means for an MCP server, and where to look. */
export function statusError(server: HttpServer, status: number, body = ''): HttpStatusError {
  const { clean, said, rejection } = read(server, status, body);
  const message = `Server "${server.id}" ${meaning(server, status, said ?? '', rejection)}`;
  return new HttpStatusError(status, message, body === '' ? undefined : clean.slice(0, 500));
}

/** The same where the server asks for a sign-in. */
export function signInNeeded(
  server: HttpServer,
  status: number,
  body: string,
  { text, page }: SignInAdvice,
): SignInNeededError {
  const { clean, rejection } = read(server, status, body);
  const message = `Server "${server.id}" requires sign-in ${rejection}. ${text}`;
  return new SignInNeededError(message, body === '' ? undefined : clean.slice(0, 500), page);
}

/** What the server says, without its secrets. */
function read(
  server: HttpServer,
  status: number,
  body: string,
): { readonly clean: string; readonly said: string | undefined; readonly rejection: string } {
  const clean = withoutSecrets(server, body);
  const said = rejectionSentence(clean, server.headers.values());
  return {
    clean,
    said,
    rejection: `(HTTP ${status}${said === undefined ? '' : `: ${JSON.stringify(said)}`})`,
  };
}

function meaning(server: HttpServer, status: number, said: string, rejection: string): string {
  const at = `servers.${server.id}`;
  const { host } = server.url;
  if (status === 421 || (status === 403 && /\b(?:host|origin|rebinding)\b/i.test(said))) {
    return (
      `does not accept requests for "${host}" ${rejection}. ` +
      `Allow that host in the server's own settings, or write the name it expects into ${at}.url in the registry.`
    );
  }
  if (status === 401 || status === 403) {
    return `rejected LMCP's request ${rejection}. Check the credentials in ${at}.headers in the registry.`;
  }
  if (status === 404 || status === 405) {
    return `does not support MCP at its address ${rejection}. Check ${at}.url in the registry.`;
  }
  if (status === 429) return `asks LMCP to send fewer requests ${rejection}. Try again later.`;
  const rest = said === '' ? '' : `: ${JSON.stringify(said)}`;
  return `answered with HTTP status ${status} instead of a message${rest}.`;
}
