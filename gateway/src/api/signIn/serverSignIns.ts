import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { hostileText, instant, named, ok, type Described } from '../schema/named.ts';

const shownSignIn = named(
  'ServerSignIn',
  'LMCP is signed in to a server: never a token.',
  z.strictObject({
    client_id: z
      .string()
      .nullable()
      .meta({ description: 'The client of LMCP whose sign-in it is; null where all clients share it.' }),
    account: hostileText.nullable().meta({
      description: 'Who signed in, where the authorization server says it. Untrusted text.',
    }),
    issuer: z.string().meta({ description: 'The authorization server.' }),
    scopes: z.array(hostileText),
    signed_in_at: instant,
    expires_at: instant.nullable().meta({ description: 'Of its access token; null where that is not said.' }),
    renews: z.boolean().meta({ description: 'Whether LMCP renews it by itself.' }),
  }),
);

export const serverSignInState = named(
  'ServerSignInState',
  'How LMCP is signed in to an HTTP server.',
  z.strictObject({
    uses: z
      .enum(['none', 'server', 'client'])
      .meta({ description: '`auth.per` of the registry; `none` where the server has no `auth`.' }),
    needed: z.enum(['sign_in', 'more_scopes']).nullable().meta({
      description:
        'What the server asked for the last time and LMCP does not have; null where it did not ask.',
    }),
    sign_ins: z.array(shownSignIn),
  }),
);
export type ServerSignInState = Described<typeof serverSignInState>;

const whose = named(
  'SignInToServerRequest',
  'Whose sign-in it is.',
  z.strictObject({
    client_id: z
      .string()
      .nullable()
      .exactOptional()
      .meta({ description: 'With `auth.per: client`: the client of LMCP.' }),
  }),
  [{}, { client_id: 'vscode' }],
);

const signInBegun = named(
  'SignInBegun',
  'What a person does next.',
  z.strictObject({
    ok,
    sign_in_id: z
      .string()
      .nullable()
      .meta({ description: 'Null where LMCP is signed in already (`client_credentials`).' }),
    url: z
      .string()
      .nullable()
      .meta({ description: 'The page of the authorization server, for the browser of the person.' }),
    redirect_uri: z.string().meta({ description: 'Where that page sends the browser back to.' }),
    expires_s: z.int().meta({ description: 'Seconds until it cannot be finished any more.' }),
  }),
);
export type SignInBegun = Described<typeof signInBegun>;

const signInProgress = named(
  'SignInProgress',
  'A sign-in that was begun.',
  z.strictObject({
    ok,
    state: z.enum(['pending', 'done', 'failed']),
    message: z.string().nullable().meta({ description: 'Why it failed, and what to do.' }),
  }),
);
export type SignInProgress = Described<typeof signInProgress>;

const finishRequest = named(
  'FinishSignInRequest',
  'For a browser on another machine.',
  z.strictObject({
    redirect: z
      .string()
      .min(1)
      .max(16_384)
      .meta({ description: 'The address that the browser was sent back to, or the code in it.' }),
  }),
  [{ redirect: 'http://127.0.0.1:7345/oauth/callback?code=…&state=…' }],
);

const signedOut = named(
  'SignedOutAnswer',
  'The tokens are forgotten.',
  z.strictObject({
    ok,
    ended: z.boolean().meta({ description: 'False where there was no sign-in.' }),
    revoked: z
      .boolean()
      .meta({ description: 'Whether the authorization server has revoked the tokens (RFC 7009).' }),
  }),
);
export type SignedOutAnswer = Described<typeof signedOut>;

/** LMCP signs in to servers (docs/sign_in.md). */
export const serverSignInEndpoints = {
  beginServerSignIn: endpoint({
    method: 'POST',
    path: '/management/servers/:server_id/sign-in',
    auth: 'management',
    summary: 'Begins to sign in to a server; sets `auth: oauth` where the server has no `auth`.',
    body: whose,
    answer: signInBegun,
    errors: ['unknown_server', 'unknown_client', 'sign_in_failed', 'apply_in_progress', 'invalid_registry'],
  }),
  getServerSignIn: endpoint({
    method: 'GET',
    path: '/management/sign-ins/:sign_in_id',
    auth: 'management',
    summary: 'The state of a sign-in that was started.',
    answer: signInProgress,
    errors: ['unknown_sign_in'],
  }),
  finishServerSignIn: endpoint({
    method: 'POST',
    path: '/management/sign-ins/:sign_in_id/finish',
    auth: 'management',
    summary: 'Finishes a sign-in with the address that a browser on another machine was sent back to.',
    body: finishRequest,
    answer: signInProgress,
    errors: ['unknown_sign_in', 'sign_in_failed'],
  }),
  endServerSignIn: endpoint({
    method: 'POST',
    path: '/management/servers/:server_id/sign-out',
    auth: 'management',
    summary: 'Revokes and forgets the tokens of a server.',
    body: whose,
    answer: signedOut,
    errors: ['unknown_server', 'unknown_client', 'sign_in_failed'],
  }),
  serverSignInCallback: endpoint({
    method: 'GET',
    path: '/oauth/callback',
    auth: 'none',
    summary: 'Where authorization servers send the browser back to: a page that says how the sign-in went.',
    answer: { mediaType: 'text/html', description: 'A page for the person.' },
    errors: [],
  }),
};
