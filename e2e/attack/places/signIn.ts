import { createHash } from 'node:crypto';
import { manage } from '../../harness/management.ts';
import { post } from '../../harness/rpc.ts';
import type { Reply } from '../probe.ts';
import { rejected } from './seen.ts';
import { managementToken, victim, type Attacked, type PlaceAttempt } from './stage.ts';

const place = 'signs in';
const redirect = 'http://127.0.0.1:9/callback';
const verifier = 'v'.repeat(50);
const ping = '{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{}}';

type Fields = Readonly<Record<string, string>>;
interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
}

const attempt = (what: string, make: (on: Attacked) => Promise<Reply>): PlaceAttempt => [
  place,
  what,
  async (on) => rejected(await make(on)),
];

async function replyOf(answering: Promise<Response>): Promise<Reply> {
  const answer = await answering;
  return { status: answer.status, text: await answer.text() };
}

function register({ gateway }: Attacked, redirects: readonly string[]): Promise<Reply> {
  return post(
    `${gateway.origin}/oauth/register`,
    JSON.stringify({ client_name: 'Editor', redirect_uris: redirects }),
  );
}

const form = ({ gateway }: Attacked, path: string, fields: Fields): Promise<Reply> =>
  replyOf(fetch(gateway.origin + path, { method: 'POST', body: new URLSearchParams(fields) }));

/** Registrations are limited: of each gateway there is one application. */
const applications = new WeakMap<Attacked, Promise<string>>();

function applicationAt(on: Attacked): Promise<string> {
  const known =
    applications.get(on) ??
    register(on, [redirect]).then(({ text }) => (JSON.parse(text) as Fields)['client_id'] ?? '');
  applications.set(on, known);
  return known;
}

/** A code that the administrator has allowed, as the application that it is for has it. */
async function allowed(on: Attacked, resource = '/mcp'): Promise<Fields> {
  const client_id = await applicationAt(on);
  const request = new URLSearchParams({
    ...{ response_type: 'code', client_id, redirect_uri: redirect, resource: on.gateway.origin + resource },
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  const consent = { client_id: victim.id, new_client: false, days: 1 };
  const { body } = await manage(on.gateway, managementToken, '/management/authorizations/approve', {
    body: { request: request.toString(), issuer: on.gateway.origin, ...consent },
  });
  const code = new URL(String(body['redirect_to'])).searchParams.get('code') ?? '';
  return {
    grant_type: 'authorization_code',
    client_id,
    code,
    code_verifier: verifier,
    redirect_uri: redirect,
  };
}

async function signedIn(on: Attacked, resource?: string): Promise<Tokens & { readonly appId: string }> {
  const fields = await allowed(on, resource);
  const { text } = await form(on, '/oauth/token', fields);
  return { ...(JSON.parse(text) as Tokens), appId: fields['client_id'] ?? '' };
}

/** Where no code may ever be sent. */
const registrations = [
  'javascript:alert(1)',
  'data:text/html,x',
  'file:///etc/passwd',
  'http://evil.example/callback',
  'http://127.0.0.1@evil.example/callback',
  'http://127.0.0.1.evil.example/callback',
  'https://user:password@evil.example/callback',
  'https://evil.example/#callback',
  '//evil.example/callback',
  ' https://evil.example/callback',
].map((uri) => attempt(`registers the redirect URI ${uri}`, (on) => register(on, [uri])));

/** A code that is right, presented in a way that is not. */
const exchanges = (
  [
    ['without its verifier', ({ code_verifier: _, ...rest }) => rest],
    ['with another verifier', (fields) => ({ ...fields, code_verifier: 'w'.repeat(50) })],
    ['with the challenge for the verifier', (fields) => ({ ...fields, code_verifier: 'v'.repeat(43) })],
    ['as another application', (fields) => ({ ...fields, client_id: 'lmcp_app_x.y' })],
    ['for another redirect URI', (fields) => ({ ...fields, redirect_uri: 'http://127.0.0.1:10/callback' })],
    ['for another resource', (fields) => ({ ...fields, resource: 'http://evil.example/mcp' })],
    [
      'as a refresh token',
      ({ code = '', client_id = '' }) => ({ grant_type: 'refresh_token', refresh_token: code, client_id }),
    ],
    ['by a grant that is none', (fields) => ({ ...fields, grant_type: 'client_credentials' })],
  ] satisfies readonly (readonly [string, (fields: Fields) => Fields])[]
).map(([what, change]) =>
  attempt(`exchanges a stolen code ${what}`, async (on) =>
    form(on, '/oauth/token', change(await allowed(on))),
  ),
);

const others: readonly PlaceAttempt[] = [
  attempt('exchanges a code that it guesses', async (on) =>
    form(on, '/oauth/token', { ...(await allowed(on)), code: 'lmcp_ac_guess' }),
  ),
  attempt('exchanges a code twice', async (on) => {
    const fields = await allowed(on);
    await form(on, '/oauth/token', fields);
    return form(on, '/oauth/token', fields);
  }),
  attempt('exchanges a code in JSON', async (on) =>
    post(`${on.gateway.origin}/oauth/token`, JSON.stringify(await allowed(on))),
  ),
  attempt('uses the tokens of a code that was used twice', async (on) => {
    const fields = await allowed(on);
    const { access_token: access } = JSON.parse((await form(on, '/oauth/token', fields)).text) as Tokens;
    await form(on, '/oauth/token', fields);
    return asBearer(on, access);
  }),
  attempt('renews as another application', async (on) => {
    const { refresh_token } = await signedIn(on);
    return form(on, '/oauth/token', {
      grant_type: 'refresh_token',
      refresh_token,
      client_id: 'lmcp_app_x.y',
    });
  }),
  attempt('renews for another server', async (on) => {
    const { refresh_token, appId: client_id } = await signedIn(on, '/mcp/plain');
    const resource = `${on.gateway.origin}/mcp`;
    return form(on, '/oauth/token', { grant_type: 'refresh_token', refresh_token, client_id, resource });
  }),
  attempt('lists tools with a refresh token', async (on) => asBearer(on, (await signedIn(on)).refresh_token)),
  attempt('lists the tools of another server', async (on) =>
    asBearer(on, (await signedIn(on, '/mcp/plain')).access_token, '/mcp/recording'),
  ),
  attempt('lists tools with an access token in the address', async (on) => {
    const { access_token: token } = await signedIn(on);
    const query = new URLSearchParams({ client_id: victim.id, token });
    return post(`${on.gateway.origin}/mcp?${query.toString()}`, ping);
  }),
  attempt('reads the registry with an access token', async (on) => {
    const headers = { 'X-Lmcp-Management-Token': (await signedIn(on)).access_token };
    return replyOf(fetch(`${on.gateway.origin}/registry/view`, { headers }));
  }),
  attempt('lists tools as an application that was revoked', async (on) => {
    const { access_token: token } = await signedIn(on);
    await form(on, '/oauth/revoke', { token });
    return asBearer(on, token);
  }),
  [
    place,
    'ends the authorization of another by a guess',
    async (on) => {
      const { access_token: token } = await signedIn(on);
      for (const guess of ['lmcp_at_guess', victim.id, '']) await form(on, '/oauth/revoke', { token: guess });
      const { status } = await asBearer(on, token);
      return { through: status !== 200, by: 'the other’s token is still accepted' };
    },
  ],
  attempt('ends a sign-in to a server with a state that it guesses', (on) =>
    replyOf(fetch(`${on.gateway.origin}/oauth/callback?state=guess&code=code`)),
  ),
];

function asBearer({ gateway }: Attacked, token: string, path = '/mcp'): Promise<Reply> {
  return post(gateway.origin + path, ping, { Authorization: `Bearer ${token}` });
}

/** What an application, or who has stolen from one, tries at LMCP's authorization server. */
export const signInAttempts: readonly PlaceAttempt[] = [...registrations, ...exchanges, ...others];
