import type {
  AuthorizationRequestAnswer,
  authorizationEndpoints,
  AuthorizationSummary,
} from '../../api/signIn/authorizations.ts';
import type { AuditEntry } from '../../audit/types.ts';
import { AppDocumentError, isDocumentId } from '../../clients/authorizations/appDocument.ts';
import {
  readAuthorizationRequest,
  redirectWith,
  type AuthorizationRequest,
} from '../../clients/authorizations/authorizationRequest.ts';
import type { StoredAuthorization } from '../../clients/authorizations/authorizationsFile.ts';
import { signsInHere } from '../../clients/heldCredentials.ts';
import { newToken } from '../../clients/newToken.ts';
import { ApiError } from '../apiError.ts';
import { addSignInClient, knownClient } from '../clients/clientEdits.ts';
import type { ManagementDependencies } from '../dependencies.ts';
import type { RegistryWriter } from '../registry/registryWriter.ts';
import { json, type Handlers } from '../route.ts';

const dayMs = 24 * 60 * 60_000;

/** `/management/authorizations`: consent, and what was consented to. */
export function authorizationHandlers(
  dependencies: ManagementDependencies,
  writer: RegistryWriter,
): Handlers<typeof authorizationEndpoints> {
  const { store, clock, authorization } = dependencies;
  const { codes, authorizations } = authorization;
  return {
    readAuthorizationRequest: async ({ body }) =>
      json(requestView(await read(dependencies, body.request), authorizations.list())),
    approveAuthorization: async ({ body, requestId, ifMatch }) => {
      const request = await read(dependencies, body.request);
      const iss = issuer(dependencies, body.issuer);
      if (body.new_client) {
        const written = await writer.write(
          'client_add',
          { requestId, ifMatch },
          addSignInClient(body.client_id),
        );
        if (!written.applied) throw new ApiError('invalid_patch', 'the client could not be added');
      } else {
        await store.reload();
        knownClient(store.current, body.client_id);
      }
      const id = newToken().token.slice(0, 16);
      const { app, audience } = request;
      const detail = { step: 'approved', authorization: id, app: app.name, audience, days: body.days };
      await log(dependencies, requestId, { client_id: body.client_id, allowed: true, reason: 'ok', detail });
      const code = codes.issue({
        id,
        clientId: body.client_id,
        appId: app.id,
        appName: app.name,
        redirectUri: request.redirectUri,
        challenge: request.challenge,
        audience,
        expiresAt: body.days === null ? null : clock.now() + body.days * dayMs,
      });
      return json({ ok: true, redirect_to: answerTo(request, iss, { code }) });
    },
    denyAuthorization: async ({ body, requestId }) => {
      const request = await read(dependencies, body.request);
      const iss = issuer(dependencies, body.issuer);
      const detail = { step: 'denied', app: request.app.name, audience: request.audience };
      await log(dependencies, requestId, { allowed: false, reason: 'authorization_denied', detail });
      const denial = { error: 'access_denied', error_description: 'the administrator denied it' };
      return json({ ok: true, redirect_to: answerTo(request, iss, denial) });
    },
    listAuthorizations: () =>
      json({
        ok: true,
        enabled: signsInHere(store.current.settings),
        authorizations: authorizations.list().map(summary),
      }),
    revokeAuthorization: async ({ params, requestId }) => {
      const found = authorizations.get(params.authorization_id);
      if (found === undefined) throw new ApiError('unknown_authorization', 'there is no such authorization');
      const detail = { step: 'revoked', authorization: found.id };
      await log(dependencies, requestId, {
        ...{ client_id: found.clientId, allowed: true, reason: 'ok', detail },
      });
      await authorizations.revoke(found.id);
      return json({ ok: true });
    },
  };
}

/** @throws ApiError 409 `oauth_disabled`, 400 `invalid_authorization_request` */
async function read(
  { store, authorization, isOurHost }: ManagementDependencies,
  query: string,
): Promise<AuthorizationRequest> {
  if (!signsInHere(store.current.settings))
    throw new ApiError(
      'oauth_disabled',
      'applications may not sign in here: set lmcp.oauth: true in the registry, without an issuer',
    );
  try {
    const found = await readAuthorizationRequest(new URLSearchParams(query), {
      findApp: (id) => authorization.findApp(id),
      isOurs: isOurHost,
    });
    if (found.kind === 'ok') return found.request;
    throw new ApiError('invalid_authorization_request', found.message);
  } catch (error) {
    if (!(error instanceof AppDocumentError)) throw error;
    throw new ApiError('invalid_authorization_request', error.message);
  }
}

/** @throws ApiError 400 `invalid_authorization_request` for an origin that is not this gateway's */
function issuer({ isOurHost }: ManagementDependencies, origin: string): string {
  const url = URL.parse(origin);
  if (url !== null && url.origin === origin && isOurHost(url.host)) return origin;
  throw new ApiError('invalid_authorization_request', 'issuer must be the origin of this gateway');
}

/** RFC 6749, section 4.1.2; `iss` by RFC 9207. */
function answerTo(
  { redirectUri, state }: AuthorizationRequest,
  iss: string,
  answer: Readonly<Record<string, string>>,
): string {
  return redirectWith(redirectUri, { ...answer, state, iss });
}

function requestView(
  { app, redirectUri, redirectKind, audience }: AuthorizationRequest,
  known: readonly StoredAuthorization[],
): AuthorizationRequestAnswer {
  const { host, protocol } = new URL(redirectUri);
  // Anybody can use a name. A program of this machine gets a new id with each registration; a web site keeps its own.
  const goesByName = redirectKind !== 'site' && app.name !== '';
  const before = known.find(
    ({ app_id: id, app_name: name }) => id === app.id || (goesByName && name === app.name),
  );
  return {
    ok: true,
    app_name: app.name,
    app_document: isDocumentId(app.id) ? app.id : null,
    redirect_kind: redirectKind,
    redirect_target: redirectKind === 'scheme' ? protocol : host,
    audience,
    suggested_client_id: before?.client_id ?? null,
  };
}

function summary(one: StoredAuthorization): AuthorizationSummary {
  return {
    authorization_id: one.id,
    client_id: one.client_id,
    app_name: one.app_name,
    audience: one.audience,
    created_at: one.created_at,
    expires_at: one.expires_at,
    last_used_at: one.last_used_at,
  };
}

async function log(
  { audit }: ManagementDependencies,
  request_id: string | null,
  entry: Pick<AuditEntry, 'client_id' | 'allowed' | 'reason' | 'detail'>,
): Promise<void> {
  await audit.append([{ event: 'client_authorization', request_id, ...entry }]);
}
