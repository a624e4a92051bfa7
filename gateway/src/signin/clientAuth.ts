import { createPrivateKey, type KeyObject } from 'node:crypto';
import type { AuthorizationServer, ClientAuth, CryptoKey } from 'oauth4webapi';
import type { HttpServer } from '../registry/types.ts';
import { oauthLibrary } from './oauthLibrary.ts';
import { SignInError } from './signInError.ts';
import type { RegisteredClient } from './store/signInRecord.ts';

/** The text that a reference to a secret stands for. @throws SignInError */
export type ReadReference = (server: HttpServer, reference: string) => Promise<string>;

/** How LMCP proves who it is, by what it has and what the authorization server takes (RFC 8414 section 2, RFC 7591 section 2). */
export function methodFor(
  { auth }: Pick<HttpServer, 'auth'>,
  { token_endpoint_auth_methods_supported: supported }: AuthorizationServer,
): RegisteredClient['method'] {
  if (auth?.clientKey !== undefined) return 'private_key_jwt';
  if (auth?.clientSecret === undefined) return 'none';
  // Where nothing is said, it is Basic.
  if (supported === undefined || supported.includes('client_secret_basic')) return 'client_secret_basic';
  return 'client_secret_post';
}

/** What goes with each request to the token endpoint. @throws SignInError */
export async function clientAuth(
  server: HttpServer,
  client: RegisteredClient,
  read: ReadReference,
): Promise<ClientAuth> {
  const oauth = await oauthLibrary();
  const { clientSecret, clientKey } = server.auth ?? {};
  const secret = async (): Promise<string> =>
    client.clientSecret ?? (clientSecret === undefined ? '' : await read(server, clientSecret));
  switch (client.method) {
    case 'none':
      return oauth.None();
    case 'client_secret_basic':
      return basic(await secret());
    case 'client_secret_post':
      return oauth.ClientSecretPost(await secret());
    case 'private_key_jwt':
      return oauth.PrivateKeyJwt(privateKey(server.id, await read(server, clientKey ?? '')));
  }
}

/**
 * RFC 6749, section 2.3.1. The library escapes `-`, `.` and `_` as well, which is allowed, but many authorization servers compare
 * without decoding: an id of letters, digits and these is sent as it is.
 */
function basic(secret: string): ClientAuth {
  return (_as, { client_id: id }, _body, headers) => {
    headers.set('authorization', `Basic ${btoa(`${formEncoded(id)}:${formEncoded(secret)}`)}`);
  };
}

function formEncoded(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1);
}

const algorithms: Readonly<Record<string, { readonly name: string; readonly hash?: string }>> = {
  rsa: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  'rsa-pss': { name: 'RSA-PSS', hash: 'SHA-256' },
  ed25519: { name: 'Ed25519' },
};

function privateKey(serverId: string, pem: string): CryptoKey {
  const unusable = new SignInError(
    `servers.${serverId}.auth.client_key is not a private key that LMCP can sign with: store one in PEM (PKCS #8), of RSA, P-256, P-384 or Ed25519.`,
  );
  let key: KeyObject;
  try {
    // A secret on one line may have its line ends escaped.
    key = createPrivateKey(pem.replaceAll('\\n', '\n'));
  } catch {
    throw unusable;
  }
  const { asymmetricKeyType: type = '', asymmetricKeyDetails: details } = key;
  const curve = details?.namedCurve === 'prime256v1' ? 'P-256' : 'P-384';
  const algorithm = type === 'ec' ? { name: 'ECDSA', namedCurve: curve } : algorithms[type];
  if (algorithm === undefined) throw unusable;
  try {
    return key.toCryptoKey(algorithm, false, ['sign']);
  } catch {
    throw unusable;
  }
}
