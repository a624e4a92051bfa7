import { newToken } from '../../clients/newToken.ts';
import { ForeignFileError } from '../foreignFile.ts';
import { clearTokenOf, isKnown, type RegistrySource } from './clearTokens.ts';

/** A token for an application's file, and what the registry needs for it to be valid. */
export interface ClientToken {
  readonly token: string;
  /** A merge patch (RFC 7396) for the registry; null where the token is valid already. */
  readonly patch: object | null;
  /** What the patch does, for a person. */
  readonly note: string | null;
}

/**
 * The token to write: one that is known and valid, else the one that is in the file already, else a new one beside
 * those the client has. A client that the registry does not have is added, with the servers given and no others.
 * @param commandLine a command line to show to the person
 * @param present strings of the entry that the file has now
 * @param allow servers of a client that is added
 * @throws ForeignFileError where the client has two tokens, and neither is known
 */
export function tokenFor(
  commandLine: (rest: string) => string,
  file: RegistrySource,
  clientId: string,
  present: readonly string[],
  allow: readonly string[],
): ClientToken {
  const client = file.registry.clients.get(clientId);
  if (client === undefined) return newClient(clientId, allow);
  const known = clearTokenOf(file, clientId) ?? present.find((text) => isKnown(text, client.tokens));
  if (known !== undefined) return { token: known, patch: null, note: null };
  if (client.tokens.length > 1) {
    throw new ForeignFileError(
      `client ${clientId} has two tokens already, and neither is known here: put one into LMCP_TOKEN, ` +
        `or end the rotation first: ${commandLine(`client rotate ${clientId} --finish`)}`,
    );
  }
  const made = newToken();
  const digests = client.tokens.map((digest) => Buffer.from(digest).toString('hex'));
  const tokens = { token: null, token_file: null, token_sha256: [...digests, made.sha256] };
  return {
    token: made.token,
    patch: { clients: { [clientId]: tokens } },
    note: `client ${clientId} gets a second token; the first stays valid until ${commandLine(`client rotate ${clientId} --finish`)}`,
  };
}

function newClient(clientId: string, allow: readonly string[]): ClientToken {
  const { token, sha256: digest } = newToken();
  const access = allow.length === 0 ? 'without access to any server' : `with access to ${allow.join(', ')}`;
  return {
    token,
    patch: { clients: { [clientId]: { token_sha256: digest, allow_servers: allow, tools: 'auto' } } },
    note: `client ${clientId} is added to the registry, ${access}`,
  };
}
