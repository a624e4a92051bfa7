import { RpcCode, UpstreamError } from '../../errors.ts';
import type { UpstreamAnswer } from '../types.ts';

/** The revisions with a handshake that LMCP speaks to servers, newest first. The first one is asked for. */
export const handshakeRevisions = [
  '2025-11-25',
  '2025-06-18',
  '2025-03-26',
  '2024-11-05',
  '2024-10-07',
] as const;

const aboutRevisions = /\b(?:protocol|mcp)[ _-]?(?:version|revision)\b|\bprotocolVersion\b/i;
const revisionNames = /\b\d{4}-\d{2}-\d{2}\b/g;

/**
 * What to ask a server for that rejected `initialize` in `asked`: the newest revision that the rejection names, else the client's
 * own. Undefined where the rejection is about something else, or no other revision is left.
 */
export function otherRevision(
  rejection: UpstreamAnswer | UpstreamError,
  asked: string,
  clients: string | undefined,
): string | undefined {
  const text = textOf(rejection);
  if (text === undefined) return undefined;
  const named = new Set(text.match(revisionNames));
  const offered = handshakeRevisions.find((revision) => revision !== asked && named.has(revision));
  return offered ?? handshakeRevisions.find((revision) => revision !== asked && revision === clients);
}

/** What a rejection of the revision says; undefined for every other answer or failure. */
function textOf(rejection: UpstreamAnswer | UpstreamError): string | undefined {
  if (rejection instanceof UpstreamError) {
    const body = rejection.kind === 'http_status' ? rejection.operatorDetail : undefined;
    return body !== undefined && aboutRevisions.test(body) ? body : undefined;
  }
  if (!('error' in rejection)) return undefined;
  const { code, message, data } = rejection.error;
  const text = data === undefined ? message : `${message} ${JSON.stringify(data)}`;
  return code === RpcCode.unsupportedProtocolVersion || aboutRevisions.test(text) ? text : undefined;
}
