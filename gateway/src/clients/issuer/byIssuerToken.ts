import type { Authentication } from '../authenticate.ts';
import type { ConnectionIdentity } from '../connectionIdentity.ts';
import { holderKeyOf } from '../heldCredentials.ts';
import type { Identified } from './issuerTokens.ts';

interface Claimed {
  /** The id that the request names beside its token. */
  readonly clientId: string | null;
  readonly connection: ConnectionIdentity;
}

/** Whom a request comes from by what the issuer says of its holder, where nothing else that it says disagrees. */
export function byIssuerToken(identified: Identified, { clientId, connection }: Claimed): Authentication {
  switch (identified.kind) {
    case 'rejected': {
      const detail = { fault: identified.fault };
      return { ok: false, reason: 'invalid_token', clientId, isAccessToken: true, detail };
    }
    case 'unreachable':
      return { ok: false, reason: 'issuer_unreachable', clientId, detail: { why: identified.why } };
    case 'unknown_subject':
      return { ok: false, reason: 'unknown_subject', clientId, detail: { subject: identified.subject } };
    case 'client':
  }
  const { client, holder, subject } = identified;
  const others = [clientId, connection.kind === 'client' ? connection.clientId : null];
  if (connection.kind === 'ambiguous' || others.some((other) => other !== null && other !== client.id))
    return { ok: false, reason: 'conflicting_credentials', clientId: null };
  return { ok: true, client, tokenKey: holderKeyOf(holder), detail: { subject } };
}
