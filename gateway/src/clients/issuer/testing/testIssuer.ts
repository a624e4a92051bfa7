import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK, type JWTPayload } from 'jose';

/** Claims that are set, or left out. */
export type Changed = { readonly [Name in keyof JWTPayload]: JWTPayload[Name] | undefined };

/** An issuer of this machine for tests: its metadata, its keys, and tokens of every kind. */
export class TestIssuer {
  readonly url: string;
  /** What its metadata say, beside the usual. */
  metadata: Readonly<Record<string, unknown>> = {};
  /** Requests for its keys. */
  asked = 0;
  /** It answers with errors. */
  isDown = false;
  readonly close: () => void;
  #keys: { readonly privateKey: CryptoKey; readonly jwk: JWK }[] = [];

  private constructor(url: string, close: () => void) {
    this.url = url;
    this.close = close;
  }

  static async start(): Promise<TestIssuer> {
    const server = createServer((request, response) => {
      if (request.url === '/jwks') issuer.asked += 1;
      const documents: Readonly<Record<string, unknown>> = {
        '/.well-known/openid-configuration': {
          ...{ issuer: issuer.url, jwks_uri: `${issuer.url}/jwks` },
          ...issuer.metadata,
        },
        '/jwks': { keys: issuer.keys },
      };
      const found = issuer.isDown ? undefined : documents[request.url ?? ''];
      response.writeHead(found === undefined ? 404 : 200).end(JSON.stringify(found ?? null));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const issuer = new TestIssuer(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, () => {
      server.closeAllConnections();
      server.close();
    });
    await issuer.rotate();
    return issuer;
  }

  /** The public keys. */
  get keys(): readonly JWK[] {
    return this.#keys.map(({ jwk }) => jwk);
  }

  /** A new key in place of the old one. */
  async rotate(): Promise<void> {
    const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
    const kid = `key-${Math.random()}`;
    this.#keys = [{ privateKey, jwk: { ...(await exportJWK(publicKey)), kid, use: 'sig', alg: 'RS256' } }];
  }

  /** A token as an honest issuer signs it, but for what is changed; undefined leaves a claim out. */
  async token(claims: Changed = {}, header: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const [key] = this.#keys;
    if (key === undefined) throw new Error('the issuer has no key');
    const now = Math.floor(Date.now() / 1000);
    const usual = { iss: this.url, sub: 'ada', aud: 'https://lmcp.example/mcp', iat: now, exp: now + 300 };
    return new SignJWT({ ...usual, ...claims } as JWTPayload)
      .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: key.jwk.kid ?? '', ...header })
      .sign(key.privateKey);
  }
}

/** The same token with another header and signature: what somebody makes who has no key. */
export function forged(
  token: string,
  header: object,
  sign: (signed: string) => Uint8Array = () => new Uint8Array(),
): string {
  const [, payload = ''] = token.split('.');
  const signed = `${Buffer.from(JSON.stringify(header)).toString('base64url')}.${payload}`;
  return `${signed}.${Buffer.from(sign(signed)).toString('base64url')}`;
}
