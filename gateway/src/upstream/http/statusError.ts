import { UpstreamError } from '../../errors.ts';

/** The server refused with a status; kept so that the fall-back can look at it. */
export class HttpStatusError extends UpstreamError {
  readonly status: number;
  constructor(status: number, message: string, operatorDetail?: string) {
    super('http_status', message, operatorDetail);
    this.status = status;
  }
}

/** An HTTP status in words: what it usually means for an MCP server, and where to look. */
export function statusError(serverId: string, status: number, detail?: string): HttpStatusError {
  return new HttpStatusError(status, `Server "${serverId}" ${words(serverId, status)}`, detail);
}

function words(serverId: string, status: number): string {
  const at = `servers.${serverId}`;
  if (status === 401 || status === 403) {
    return `refused LMCP's request (HTTP ${status}). Check the credentials in ${at}.headers in the registry.`;
  }
  if (status === 404 || status === 405) {
    return `speaks no MCP at its address (HTTP ${status}). Check ${at}.url in the registry.`;
  }
  if (status === 429) return 'asks LMCP to send fewer requests (HTTP 429). Try again later.';
  return `answered with HTTP status ${status} instead of a message.`;
}
