import { audienceOf } from './audience.ts';
import { isRegistered, redirectKind, type RedirectKind } from './redirectUri.ts';
import type { App } from './registeredApp.ts';

/** An application asks to act as a client (RFC 6749, section 4.1.1; RFC 7636; RFC 8707), and may. */
export interface AuthorizationRequest {
  readonly app: App;
  readonly redirectUri: string;
  readonly redirectKind: RedirectKind;
  readonly state: string | undefined;
  /** Of PKCE, by S256. */
  readonly challenge: string;
  /** `/mcp`, or `/mcp/<server>`. */
  readonly audience: string;
}

export type ReadRequest =
  | { readonly kind: 'ok'; readonly request: AuthorizationRequest }
  /** The request of a known application is not valid; `error` is of RFC 6749, section 4.1.2.1. */
  | { readonly kind: 'invalid'; readonly error: string; readonly message: string }
  /** Nobody knows whose redirect URI that is. */
  | { readonly kind: 'stop'; readonly message: string };

const challengeForm = /^[A-Za-z0-9_-]{43}$/;
const maxStateLength = 4096;

export interface Reading {
  /** Undefined where the id is of no application that is known here. */
  readonly findApp: (id: string) => Promise<App | undefined> | App | undefined;
  readonly isOurs: (host: string) => boolean;
}

/** Reads the query of an authorization request. A parameter given twice is an error (RFC 6749, section 3.1). */
export async function readAuthorizationRequest(
  query: URLSearchParams,
  { findApp, isOurs }: Reading,
): Promise<ReadRequest> {
  const named = (name: string): string | undefined => query.get(name) ?? undefined;
  const twice = [...new Set(query.keys())].find((name) => query.getAll(name).length > 1);
  if (twice !== undefined) return stop(`the request names ${twice.slice(0, 40)} twice`);
  const app = await findApp(named('client_id') ?? '');
  if (app === undefined)
    return stop(
      'the application is not registered here: start its sign-in again. If that does not help, remove what it has stored about LMCP',
    );
  const redirectUri =
    named('redirect_uri') ?? (app.redirectUris.length === 1 ? app.redirectUris[0] : undefined);
  const kind = redirectUri === undefined ? undefined : redirectKind(redirectUri);
  if (redirectUri === undefined || kind === undefined || !isRegistered(app.redirectUris, redirectUri))
    return stop('the request wants its answer at an address that the application has not registered');
  const state = named('state');
  if (state !== undefined && state.length > maxStateLength)
    return invalid('invalid_request', 'state is too long');
  if (named('response_type') !== 'code')
    return invalid('unsupported_response_type', 'response_type must be code');
  const challenge = named('code_challenge') ?? '';
  if (named('code_challenge_method') !== 'S256' || !challengeForm.test(challenge))
    return invalid('invalid_request', 'PKCE is required: code_challenge with code_challenge_method=S256');
  const audience = audienceOf(named('resource'), isOurs);
  if (audience === undefined)
    return invalid('invalid_target', 'resource must be an address of this gateway, such as its /mcp');
  return { kind: 'ok', request: { app, redirectUri, redirectKind: kind, state, challenge, audience } };
}

function invalid(error: string, message: string): ReadRequest {
  return { kind: 'invalid', error, message };
}

function stop(message: string): ReadRequest {
  return { kind: 'stop', message };
}

/** Where the browser goes with the answer; `iss` names who gives it (RFC 9207). */
export function redirectWith(
  redirectUri: string,
  parameters: Readonly<Record<string, string | undefined>>,
): string {
  const url = new URL(redirectUri);
  for (const [name, value] of Object.entries(parameters))
    if (value !== undefined) url.searchParams.set(name, value);
  return url.href;
}
