import { quoted } from '../../registry/yaml/problem.ts';
import type { Client, Registry } from '../../registry/types.ts';
import { applyPatch } from '../../registry/edit/patch.ts';
import type { RegistryEdit } from '../registry/registryEdit.ts';
import { ApiError } from '../apiError.ts';
import type { AddClientRequest } from '../../api/clients.ts';

/**
 * The edits behind the routes of clients. Each looks at the registry that it changes, so that nothing that happened since the
 * request was made is lost. From an edit on the file keeps digests of tokens, whatever it kept before.
 */

/** @throws ApiError 409 `client_exists` */
export function addClient(request: AddClientRequest, sha256: string): RegistryEdit {
  const { client_id: id, allow_servers, rate_limit_rpm: limit = null } = request;
  const rate = limit === null ? {} : { rate_limit_rpm: limit };
  return newClient(id, { token_sha256: sha256, allow_servers, ...rate });
}

/** A client whose application signs in: without a token, and without any grant. @throws ApiError 409 `client_exists` */
export function addSignInClient(id: string): RegistryEdit {
  return newClient(id, { allow_servers: [] });
}

function newClient(id: string, client: object): RegistryEdit {
  return (text, registry) => {
    if (registry.clients.has(id)) {
      throw new ApiError(
        'client_exists',
        `there is a client ${quoted(id)} already; rotate its token to get a new one`,
      );
    }
    return applyPatch(text, clientPatch(id, { ...client, tools: 'auto' }));
  };
}

/** @throws ApiError 404 `unknown_client` */
export function rotateToken(id: string, sha256: string, keepPrevious: boolean): RegistryEdit {
  return (text, registry) => {
    const digests = digestsOf(knownClient(registry, id));
    if (!keepPrevious) return applyPatch(text, digestPatch(id, sha256));
    if (digests.length < 2) return applyPatch(text, digestPatch(id, [...digests, sha256]));
    return {
      ok: false,
      problems: [
        {
          path: `clients.${id}.token_sha256`,
          line: 1,
          column: 1,
          message: 'two tokens are valid already, and a third would end the older one',
          fix: 'retire the older token first, or rotate without keeping the previous ones',
        },
      ],
    };
  };
}

/** Only the newest token stays. @throws ApiError 404 `unknown_client` */
export function retireTokens(id: string): RegistryEdit {
  return (text, registry) => {
    const digests = digestsOf(knownClient(registry, id));
    const newest = digests.at(-1);
    return newest === undefined || digests.length < 2
      ? { ok: true, text }
      : applyPatch(text, digestPatch(id, newest));
  };
}

/** @throws ApiError 404 `unknown_client` */
export function removeClient(id: string): RegistryEdit {
  return (text, registry) => {
    knownClient(registry, id);
    return applyPatch(text, clientPatch(id, null));
  };
}

/** @throws ApiError 404 `unknown_client` */
export function knownClient(registry: Registry, id: string): Client {
  const client = registry.clients.get(id);
  if (client !== undefined) return client;
  throw new ApiError('unknown_client', `the registry has no client ${quoted(id)}`);
}

function digestsOf({ tokens }: Client): string[] {
  return tokens.map((digest) => Buffer.from(digest).toString('hex'));
}

function digestPatch(id: string, token_sha256: string | readonly string[]): object {
  return clientPatch(id, { token: null, token_file: null, token_sha256 });
}

function clientPatch(id: string, client: object | null): object {
  return { clients: { [id]: client } };
}
