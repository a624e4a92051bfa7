import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AuditEntry } from '../../audit/types.ts';
import { audienceOf } from '../../clients/authorizations/audience.ts';
import type { IssuedTokens } from '../../clients/authorizations/authorizations.ts';
import { signsInHere } from '../../clients/heldCredentials.ts';
import { resourceMetadata, serverMetadata, paths } from '../../clients/authorizations/serverMetadata.ts';
import { dropOldest } from '../../dropOldest.ts';
import { TokenBucket } from '../../limits/tokenBucket.ts';
import type { Reason } from '../../policy/reasons.ts';
import { sendError, sendJson } from '../answer/answer.ts';
import { answerRejection } from '../answer/answerRejection.ts';
import { pathOf, type HttpContext } from '../context.ts';
import { readBody } from '../door/body.ts';
import { headerValue, requestIdOf } from '../door/headers.ts';
import { originOf } from '../origin.ts';

/** Far more than any of these requests needs. Bytes. */
const maxBody = 16 * 1024;
/** Of one authorization: an application renews once an hour, each of its windows perhaps at the same time. */
const renewalsPerMinute = 30;
const maxRenewing = 1_000;

/**
 * The endpoints of LMCP's authorization server: small, without a store for strangers, and absent unless `lmcp.oauth` is true, and no issuer is
 * named: of that, LMCP serves its own metadata alone.
 */
export class OAuthRoutes {
  readonly #context: HttpContext;
  /** By authorization. */
  readonly #renewals = new Map<string, TokenBucket>();

  constructor(context: HttpContext) {
    this.#context = context;
  }

  /** RFC 8414. */
  serverMetadata(request: IncomingMessage, response: ServerResponse): void {
    if (this.#isOn(response)) sendJson(response, 200, JSON.stringify(serverMetadata(originOf(request))));
  }

  /** RFC 9728; the path of the resource follows the well-known one. */
  resourceMetadata(request: IncomingMessage, response: ServerResponse): void {
    const { oauth, oauthIssuer } = this.#context.registry().settings;
    if (oauth !== true) {
      sendNotFound(response);
      return;
    }
    const path = pathOf(request).slice(paths.resourceMetadata.length);
    const place = { origin: originOf(request), path, scopes: oauthIssuer?.scopes ?? [] };
    sendJson(response, 200, JSON.stringify(resourceMetadata(place, oauthIssuer?.url)));
  }

  /** RFC 7591. The answer holds all that was registered; nothing is stored. */
  async register(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { registrations, clock, authorization } = this.#context;
    if (!this.#isOn(response)) return;
    const taken = registrations.take(clock.monotonic());
    if (!taken.ok) {
      const message = 'too many applications register; retry later';
      return this.#slowDown(request, response, 'registration_limit_exceeded', message, taken);
    }
    const text = await this.#body(request, response);
    if (text === undefined) return;
    const registered = authorization.apps.register(parsed(text));
    if (!registered.ok) {
      const { error, message } = registered;
      await this.#reject(request, response, 'malformed_request', () => sendFailure(response, error, message));
      return;
    }
    const { id, name, redirectUris } = registered.app;
    await this.#log(request, { step: 'registered', app: name });
    const answer = {
      client_id: id,
      client_id_issued_at: Math.floor(clock.now() / 1000),
      ...(name !== '' && { client_name: name }),
      redirect_uris: redirectUris,
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
    };
    sendJson(response, 201, JSON.stringify(answer));
  }

  /** RFC 6749, sections 4.1.3 and 6; OAuth 2.1, section 4.3. */
  async token(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = await this.#form(request, response);
    if (form === undefined) return;
    switch (form.get('grant_type')) {
      case 'authorization_code':
        return this.#exchange(form, request, response);
      case 'refresh_token':
        return this.#renew(form, request, response);
      default:
        await this.#reject(request, response, 'malformed_request', () =>
          sendFailure(
            response,
            'unsupported_grant_type',
            'grant_type must be authorization_code or refresh_token',
          ),
        );
    }
  }

  /** RFC 7009: who has a token may end the authorization that it is of. An unknown one is no error. */
  async revoke(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = await this.#form(request, response);
    if (form === undefined) return;
    const { authorizations } = this.#context.authorization;
    const owner = authorizations.ownerOf(form.get('token') ?? '');
    if (owner !== undefined) {
      await this.#log(request, { step: 'revoked', authorization: owner.id }, owner.clientId);
      await authorizations.revoke(owner.id);
    }
    sendJson(response, 200, '{}');
  }

  async #exchange(form: URLSearchParams, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { codes, authorizations } = this.#context.authorization;
    const exchange = codes.exchange({
      code: form.get('code') ?? '',
      appId: form.get('client_id') ?? '',
      redirectUri: form.get('redirect_uri') ?? undefined,
      verifier: form.get('code_verifier') ?? '',
    });
    if (exchange.kind === 'reused') {
      const { id, clientId } = exchange.grant;
      await authorizations.revoke(id);
      return this.#rejectGrant(request, response, 'token_reused', clientId);
    }
    if (exchange.kind === 'invalid') return this.#rejectGrant(request, response, 'invalid_grant');
    const { grant } = exchange;
    if (!this.#context.registry().clients.has(grant.clientId))
      return this.#rejectGrant(request, response, 'invalid_grant');
    if (!this.#isFor(form, grant.audience)) return this.#rejectTarget(request, response);
    const { id, clientId, appName: app, audience } = grant;
    const tokens = await authorizations.begin(grant, () =>
      this.#log(request, { step: 'issued', authorization: id, app, audience }, clientId),
    );
    if (tokens === undefined) return this.#rejectGrant(request, response, 'invalid_grant');
    sendTokens(response, tokens);
  }

  async #renew(form: URLSearchParams, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { authorizations } = this.#context.authorization;
    const refresh = form.get('refresh_token') ?? '';
    const owner = authorizations.ownerOf(refresh);
    if (owner !== undefined && !this.#isFor(form, owner.audience))
      return this.#rejectTarget(request, response);
    const taken =
      owner === undefined ? null : this.#renewalsOf(owner.id).take(this.#context.clock.monotonic());
    if (taken?.ok === false) {
      const message = 'the application renews its tokens too often; retry later';
      return this.#slowDown(request, response, 'rate_limit_exceeded', message, taken, owner?.clientId);
    }
    const renewal = await authorizations.renew(refresh, form.get('client_id') ?? '', ({ id, clientId }) =>
      this.#log(request, { step: 'renewed', authorization: id }, clientId),
    );
    if (renewal.kind === 'ok') sendTokens(response, renewal.tokens);
    else if (renewal.kind === 'invalid') await this.#rejectGrant(request, response, 'invalid_grant');
    else await this.#rejectGrant(request, response, 'token_reused', renewal.authorization.clientId);
  }

  /** Each is logged and written to the disk. */
  #renewalsOf(authorizationId: string): TokenBucket {
    const known = this.#renewals.get(authorizationId);
    if (known !== undefined) return known;
    const made = new TokenBucket(renewalsPerMinute, this.#context.clock.monotonic());
    this.#renewals.set(authorizationId, made);
    dropOldest(this.#renewals, maxRenewing);
    return made;
  }

  /** A token is never issued for another resource than the one that was consented to (RFC 8707, section 2.2). */
  #isFor(form: URLSearchParams, audience: string): boolean {
    const resource = form.get('resource');
    if (resource === null) return true;
    return audienceOf(resource, this.#context.isOurHost) === audience;
  }

  #isOn(response: ServerResponse): boolean {
    if (signsInHere(this.#context.registry().settings)) return true;
    sendNotFound(response);
    return false;
  }

  /** Undefined when the request has been answered. */
  async #form(request: IncomingMessage, response: ServerResponse): Promise<URLSearchParams | undefined> {
    if (!this.#isOn(response)) return undefined;
    const text = await this.#body(request, response);
    if (text === undefined) return undefined;
    const form = new URLSearchParams(text);
    const twice = [...new Set(form.keys())].some((name) => form.getAll(name).length > 1);
    const isForm = /^application\/x-www-form-urlencoded\s*(?:;|$)/i.test(
      headerValue(request, 'content-type') ?? '',
    );
    if (isForm && !twice) return form;
    await this.#reject(request, response, 'malformed_request', () =>
      sendFailure(
        response,
        'invalid_request',
        'send a form (application/x-www-form-urlencoded), each parameter once',
      ),
    );
    return undefined;
  }

  async #body(request: IncomingMessage, response: ServerResponse): Promise<string | undefined> {
    using held = this.#context.memory.open({ kind: 'strangers' });
    const body = await readBody(request, held, maxBody);
    if (body.kind === 'text') return body.text;
    if (body.kind === 'aborted') return undefined;
    const [reason, status] =
      body.kind === 'overloaded' ? (['overloaded', 503] as const) : (['malformed_request', 400] as const);
    await this.#reject(request, response, reason, () =>
      sendFailure(
        response,
        status === 503 ? 'temporarily_unavailable' : 'invalid_request',
        'the body is too large or not UTF-8',
        status,
        { Connection: 'close' },
      ),
    );
    return undefined;
  }

  async #rejectGrant(
    request: IncomingMessage,
    response: ServerResponse,
    reason: 'invalid_grant' | 'token_reused',
    clientId?: string,
  ): Promise<void> {
    const message =
      'the code or refresh token is unknown, used, expired or of another application: sign in again';
    await this.#reject(
      request,
      response,
      reason,
      () => sendFailure(response, 'invalid_grant', message),
      clientId,
    );
  }

  #slowDown(
    request: IncomingMessage,
    response: ServerResponse,
    reason: Reason,
    message: string,
    { retryAfterS }: { readonly retryAfterS: number },
    clientId?: string,
  ): Promise<void> {
    const answer = (): void =>
      sendError(response, 'rate_limited', message, { 'Retry-After': String(retryAfterS) });
    return this.#reject(request, response, reason, answer, clientId);
  }

  async #rejectTarget(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const message = 'resource is not the one that was consented to';
    await this.#reject(request, response, 'invalid_grant', () =>
      sendFailure(response, 'invalid_target', message),
    );
  }

  #reject(
    request: IncomingMessage,
    response: ServerResponse,
    reason: Reason,
    answer: () => void,
    clientId: string | null = null,
  ): Promise<void> {
    const rejection = { event: 'client_authorization', reason, client_id: clientId } as const;
    return answerRejection(this.#context, request, response, rejection, answer);
  }

  async #log(
    request: IncomingMessage,
    detail: NonNullable<AuditEntry['detail']>,
    clientId: string | null = null,
  ): Promise<void> {
    const entry = {
      event: 'client_authorization',
      client_id: clientId,
      allowed: true,
      reason: 'ok',
    } as const;
    await this.#context.audit.append([{ ...entry, request_id: requestIdOf(request), detail }]);
  }
}

function sendNotFound(response: ServerResponse): void {
  sendError(response, 'not_found', 'not found: there is no such path');
}

/** RFC 6749, section 5.1. */
function sendTokens(response: ServerResponse, { access, refresh, expiresS }: IssuedTokens): void {
  const answer = { access_token: access, token_type: 'Bearer', expires_in: expiresS, refresh_token: refresh };
  sendJson(response, 200, JSON.stringify(answer), { Pragma: 'no-cache' });
}

/** RFC 6749, section 5.2. */
function sendFailure(
  response: ServerResponse,
  error: string,
  description: string,
  status = 400,
  headers: Readonly<Record<string, string>> = {},
): void {
  sendJson(response, status, JSON.stringify({ error, error_description: description }), headers);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
