import { createHash, randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { HttpStub, sendJson, type Asked } from './httpStub.ts';

/** What a test may have the authorization server do. */
export interface Behaviour {
  /** Instead of its own, by name; undefined leaves one out. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Seconds. */
  readonly expiresIn?: number;
  /** It gives access tokens alone. */
  readonly withoutRefresh?: true;
  /** Answers a request itself; true where it did. */
  readonly first?: (asked: Asked, response: ServerResponse) => boolean | Promise<boolean>;
  /** Parameters of the redirect, instead of its own. */
  readonly redirect?: Readonly<Record<string, string | undefined>>;
}

interface Grant {
  readonly challenge: string;
  readonly redirectUri: string;
  readonly resource: string;
  readonly scope: string;
}

/**
 * A strict authorization server (OAuth 2.1): codes and refresh tokens are good once, and one that is used again ends everything that
 * came of it. `behaviour` makes it misbehave.
 */
export class AuthorizationServer {
  behaviour: Behaviour = {};
  publicOrigin: string | undefined;
  /** Access tokens that are good, with the resource and the scopes that they are for. */
  readonly tokens = new Map<string, { readonly resource: string; readonly scope: string }>();
  /** Everything secret that it ever gave or was sent. */
  readonly secrets = new Set<string>();
  readonly revoked: string[] = [];
  #stub: HttpStub | undefined;
  readonly #codes = new Map<string, Grant>();
  readonly #refresh = new Map<string, Omit<Grant, 'challenge' | 'redirectUri'>>();

  static async start(): Promise<AuthorizationServer> {
    const server = new AuthorizationServer();
    server.#stub = await HttpStub.start((asked, response) => server.#answer(asked, response));
    return server;
  }

  get stub(): HttpStub {
    if (this.#stub === undefined) throw new Error('not started');
    return this.#stub;
  }

  /** Where others find it; its own address unless a test says otherwise. */
  get origin(): string {
    return this.publicOrigin ?? this.stub.origin;
  }

  /** Access tokens are worth nothing from now on; they can be renewed. */
  expireTokens(): void {
    this.tokens.clear();
  }

  /** Refresh tokens, too. */
  revokeAll(): void {
    this.tokens.clear();
    this.#refresh.clear();
  }

  /** Forms of grants that were asked of the token endpoint. */
  get grants(): URLSearchParams[] {
    return this.stub.asked
      .filter(({ path }) => path === '/token')
      .map(({ body }) => new URLSearchParams(body));
  }

  async #answer(asked: Asked, response: ServerResponse): Promise<void> {
    if ((await this.behaviour.first?.(asked, response)) === true) return;
    switch (asked.path) {
      case '/.well-known/oauth-authorization-server': {
        sendJson(response, 200, { ...this.#metadata(), ...this.behaviour.metadata });
        return;
      }
      case '/register': {
        const asks = JSON.parse(asked.body) as Record<string, unknown>;
        sendJson(response, 201, { ...asks, client_id: `client-${this.stub.count('/register')}` });
        return;
      }
      case '/authorize': {
        this.#authorize(asked.query, response);
        return;
      }
      case '/token': {
        this.#token(new URLSearchParams(asked.body), response);
        return;
      }
      case '/revoke': {
        const token = new URLSearchParams(asked.body).get('token') ?? '';
        this.revoked.push(token);
        this.tokens.delete(token);
        this.#refresh.delete(token);
        sendJson(response, 200, {});
        return;
      }
      default: {
        sendJson(response, 404, { error: 'not_found' });
        return;
      }
    }
  }

  #metadata(): Record<string, unknown> {
    const { origin } = this;
    return {
      issuer: origin,
      authorization_endpoint: `${origin}/authorize`,
      token_endpoint: `${origin}/token`,
      registration_endpoint: `${origin}/register`,
      revocation_endpoint: `${origin}/revoke`,
      response_types_supported: ['code'],
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['none', 'client_secret_basic'],
      authorization_response_iss_parameter_supported: true,
    };
  }

  #authorize(query: URLSearchParams, response: ServerResponse): void {
    const code = this.#secret();
    const redirectUri = query.get('redirect_uri') ?? '';
    this.#codes.set(code, {
      challenge: query.get('code_challenge') ?? '',
      redirectUri,
      resource: query.get('resource') ?? '',
      scope: query.get('scope') ?? '',
    });
    const target = new URL(redirectUri);
    const own: Record<string, string | undefined> = {
      code,
      state: query.get('state') ?? '',
      iss: this.origin,
    };
    for (const [name, value] of Object.entries({ ...own, ...this.behaviour.redirect }))
      if (value !== undefined) target.searchParams.set(name, value);
    response.writeHead(302, { Location: target.href }).end();
  }

  #token(form: URLSearchParams, response: ServerResponse): void {
    const grant = form.get('grant_type');
    if (grant === 'client_credentials') {
      this.#give(response, { resource: form.get('resource') ?? '', scope: form.get('scope') ?? '' }, false);
      return;
    }
    if (grant === 'refresh_token') {
      const token = form.get('refresh_token') ?? '';
      const found = this.#refresh.get(token);
      this.#refresh.delete(token);
      if (found !== undefined) {
        this.#give(response, found);
        return;
      }
      this.revokeAll();
      sendJson(response, 400, { error: 'invalid_grant', error_description: `used: ${token}` });
      return;
    }
    const code = form.get('code') ?? '';
    const verifier = form.get('code_verifier') ?? '';
    this.secrets.add(verifier);
    const found = this.#codes.get(code);
    this.#codes.delete(code);
    const proof = createHash('sha256').update(verifier).digest('base64url');
    if (
      found?.challenge === proof &&
      found.redirectUri === form.get('redirect_uri') &&
      found.resource === form.get('resource')
    ) {
      this.#give(response, found);
      return;
    }
    sendJson(response, 400, { error: 'invalid_grant', error_description: `not ${code} ${verifier}` });
  }

  #give(
    response: ServerResponse,
    { resource, scope }: { readonly resource: string; readonly scope: string },
    refreshable = true,
  ): void {
    const [access, refresh] = [this.#secret(), this.#secret()];
    this.tokens.set(access, { resource, scope });
    const renews = refreshable && this.behaviour.withoutRefresh !== true;
    if (renews) this.#refresh.set(refresh, { resource, scope });
    sendJson(response, 200, {
      access_token: access,
      token_type: 'Bearer',
      expires_in: this.behaviour.expiresIn ?? 3_600,
      ...(renews && { refresh_token: refresh }),
      ...(scope !== '' && { scope }),
    });
  }

  #secret(): string {
    const secret = randomBytes(24).toString('base64url');
    this.secrets.add(secret);
    return secret;
  }
}
