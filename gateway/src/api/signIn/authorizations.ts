import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { instant, named, ok, type Described } from '../schema/named.ts';

const request = z.string().max(8192).meta({
  description: 'The query of the authorization request, as the application opened `/ui/authorize`.',
});

const issuer = z.string().meta({
  description:
    'Origin of the consent page, as in `http://127.0.0.1:7345`: what the application knows LMCP by.',
});

const audience = z
  .string()
  .meta({ description: 'What it is for: `/mcp`, or `/mcp/<server>` for one server alone.' });

const requestBody = named(
  'AuthorizationRequest',
  'An application asks to act as a client.',
  z.strictObject({ request, issuer }),
  [
    {
      issuer: 'http://127.0.0.1:7345',
      request: 'response_type=code&client_id=lmcp_app_…&code_challenge=…&code_challenge_method=S256',
    },
  ],
);

const requestAnswer = named(
  'AuthorizationRequestAnswer',
  'Who asks, and where the answer goes. Nothing that an application says of itself is verified.',
  z.strictObject({
    ok,
    app_name: z.string().meta({ description: 'As it calls itself; may be empty.' }),
    app_document: z.string().nullable().meta({
      description: 'Address of the document by which it describes itself; null: it registered here.',
    }),
    redirect_kind: z.enum(['loopback', 'scheme', 'site']).meta({
      description: 'A program that listens on this machine, one with a scheme of its own, or a web site.',
    }),
    redirect_target: z.string().meta({ description: 'Host, or scheme.' }),
    audience,
    suggested_client_id: z
      .string()
      .nullable()
      .meta({ description: 'The client that the application was allowed to act as the last time.' }),
  }),
);

const approveBody = named(
  'ApproveAuthorization',
  'Whom the application may act as.',
  z.strictObject({
    request,
    issuer,
    client_id: z.string(),
    new_client: z
      .boolean()
      .meta({ description: 'True adds the client to the registry, without any grant and without a token.' }),
    days: z
      .union([z.int().min(1).max(365), z.null()])
      .meta({ description: 'How long; null: until it is revoked.' }),
  }),
  [
    {
      request: 'response_type=code&…',
      issuer: 'http://127.0.0.1:7345',
      client_id: 'codex',
      new_client: false,
      days: 30,
    },
  ],
);

const redirectAnswer = named(
  'AuthorizationRedirectAnswer',
  'Where the browser takes the answer.',
  z.strictObject({ ok, redirect_to: z.string() }),
);

const authorization = named(
  'Authorization',
  'An application that may act as a client.',
  z.strictObject({
    authorization_id: z.string(),
    client_id: z.string(),
    app_name: z.string(),
    audience,
    created_at: instant,
    expires_at: instant.nullable(),
    last_used_at: instant.nullable(),
  }),
);

const authorizationsAnswer = named(
  'AuthorizationsAnswer',
  'The newest first.',
  z.strictObject({ ok, enabled: z.boolean(), authorizations: z.array(authorization) }),
);

const revokeAnswer = named('RevokeAuthorizationAnswer', 'It has ended.', z.strictObject({ ok }));

export const authorizationEndpoints = {
  readAuthorizationRequest: endpoint({
    method: 'POST',
    path: '/management/authorizations/request',
    auth: 'management',
    scope: 'access',
    summary: 'Reads an authorization request for the consent page.',
    body: requestBody,
    answer: requestAnswer,
    errors: ['invalid_authorization_request', 'oauth_disabled'],
  }),
  approveAuthorization: endpoint({
    method: 'POST',
    path: '/management/authorizations/approve',
    auth: 'management',
    scope: 'access',
    summary: 'Lets the application act as a client.',
    body: approveBody,
    answer: redirectAnswer,
    errors: [
      'invalid_authorization_request',
      'oauth_disabled',
      'unknown_client',
      'client_exists',
      'invalid_patch',
      'invalid_registry',
      'apply_in_progress',
    ],
  }),
  denyAuthorization: endpoint({
    method: 'POST',
    path: '/management/authorizations/deny',
    auth: 'management',
    scope: 'access',
    summary: 'Tells the application that it may not.',
    body: requestBody,
    answer: redirectAnswer,
    errors: ['invalid_authorization_request', 'oauth_disabled'],
  }),
  listAuthorizations: endpoint({
    method: 'GET',
    path: '/management/authorizations',
    auth: 'management',
    summary: 'The applications that may act as clients.',
    answer: authorizationsAnswer,
    errors: [],
  }),
  revokeAuthorization: endpoint({
    method: 'DELETE',
    path: '/management/authorizations/:authorization_id',
    auth: 'management',
    scope: 'access',
    summary: 'Ends an authorization: its tokens, sessions and streams end immediately.',
    answer: revokeAnswer,
    errors: ['unknown_authorization'],
  }),
};

export type AuthorizationRequestAnswer = Described<typeof requestAnswer>;
export type AuthorizationSummary = Described<typeof authorization>;
export type AuthorizationsAnswer = Described<typeof authorizationsAnswer>;
export type AuthorizationRedirect = Described<typeof redirectAnswer>;
export type ApproveAuthorization = Described<typeof approveBody>;
export type RevokeAuthorization = Described<typeof revokeAnswer>;
