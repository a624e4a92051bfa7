import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { named, ok, type Described } from '../schema/named.ts';

const expires = z.int().min(1).meta({ description: 'Seconds from now.' });

const signInLinkAnswer = named(
  'SignInLinkAnswer',
  'A sign-in link: `/ui/#sign-in=<code>`, valid once.',
  z.strictObject({ ok, code: z.string(), expires_s: expires }),
);
export type SignInLinkAnswer = Described<typeof signInLinkAnswer>;

const signInAnswer = named(
  'SignInAnswer',
  'The secret of a session, to be sent as the management token.',
  z.strictObject({ ok, token: z.string(), expires_s: expires }),
);
export type SignInAnswer = Described<typeof signInAnswer>;

const signOutAnswer = named(
  'SignOutAnswer',
  'Whether a session has ended; false for the management token, which remains valid.',
  z.strictObject({ ok, ended: z.boolean() }),
);
export type SignOutAnswer = Described<typeof signOutAnswer>;

export const signInEndpoints = {
  issueSignInLink: endpoint({
    method: 'POST',
    path: '/management/sign-in-link',
    auth: 'socket',
    summary: 'Issues a sign-in link (`lmcp open`). Through the Unix socket of the gateway alone.',
    answer: signInLinkAnswer,
    errors: ['socket_required', 'browser_sign_in_disabled', 'audit_unavailable'],
  }),
  signIn: endpoint({
    method: 'POST',
    path: '/sign-in',
    auth: 'sign_in_code',
    summary: 'Exchanges the code of a sign-in link for the secret of a session.',
    answer: signInAnswer,
    errors: ['sign_in_rejected', 'browser_sign_in_disabled', 'audit_unavailable'],
  }),
  signOut: endpoint({
    method: 'DELETE',
    path: '/management/session',
    auth: 'management',
    scope: 'access',
    summary: 'Ends the session whose secret the request carries.',
    answer: signOutAnswer,
    errors: ['audit_unavailable'],
  }),
};
