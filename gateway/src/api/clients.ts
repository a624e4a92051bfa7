import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { applyAnswer, emptyBody } from './registry.ts';
import { instant, named, ok, type Described } from './schema/named.ts';
import { rateLimit, tokenStatus } from './schema/values.ts';

const clientSummary = named(
  'ClientSummary',
  'A client.',
  z.strictObject({
    client_id: z.string(),
    token_status: tokenStatus,
    token_count: z.number().meta({ description: '2 while a rotation keeps the previous token valid.' }),
    allow_servers: z.array(z.string()),
    rate_limit_rpm: rateLimit,
    rate_limit_from: z
      .enum(['client', 'global', 'none'])
      .meta({ description: "Whether it is the client's own limit or the global one." }),
    last_seen_at: instant
      .nullable()
      .meta({ description: 'Null if it did nothing in the last 24 hours, nor since the gateway started.' }),
    calls: z
      .number()
      .meta({ description: 'Calls of the last 24 hours that have ended, counted from the log.' }),
    refused: z
      .number()
      .meta({ description: 'Denials of any check in the last 24 hours, counted from the log.' }),
  }),
);

const clientsAnswer = named(
  'ClientsAnswer',
  "In the file's order.",
  z.strictObject({ ok, clients: z.array(clientSummary) }),
);

const addClientRequest = named(
  'AddClientRequest',
  'A client whose token the gateway makes.',
  z.strictObject({
    client_id: z.string(),
    allow_servers: z.array(z.string()),
    rate_limit_rpm: rateLimit.exactOptional().meta({ description: 'Null or absent: the global limit.' }),
  }),
  [{ client_id: 'codex', allow_servers: ['time'] }],
);

const rotateRequest = named(
  'RotateRequest',
  'How to rotate a token.',
  z.strictObject({
    keep_previous: z
      .boolean()
      .meta({ description: 'True keeps the present token valid beside the new one until `retire`.' }),
  }),
  [{ keep_previous: true }],
);

const clientTokenAnswer = named(
  'ClientTokenAnswer',
  'A new token. It is shown only once: the registry stores its SHA-256 digest.',
  z.strictObject({
    ...applyAnswer.shape,
    client_id: z.string(),
    token: z.string().nullable().meta({ description: 'Null when `applied` is false.' }),
  }),
);

const connectSnippet = named(
  'ConnectSnippet',
  'The configuration of one application.',
  z.strictObject({
    app: z.string().meta({ description: 'As `lmcp connect` names it.' }),
    title: z.string().meta({ description: 'As in "VS Code".' }),
    where: z.string().meta({ description: 'Where it goes, as text.' }),
    format: z.enum(['json', 'toml', 'yaml']),
    text: z.string().meta({ description: 'With `<TOKEN>` in place of the token.' }),
    note: z.string().exactOptional().meta({ description: 'What to know about it.' }),
  }),
);

const connectAnswer = named(
  'ConnectAnswer',
  'How applications connect as the client.',
  z.strictObject({ ok, client_id: z.string(), endpoint: z.string(), snippets: z.array(connectSnippet) }),
);

const writeErrors = ['invalid_registry', 'apply_in_progress', 'revision_mismatch'] as const;

export const clientEndpoints = {
  listClients: endpoint({
    method: 'GET',
    path: '/management/clients',
    auth: 'management',
    summary: 'All clients.',
    answer: clientsAnswer,
    errors: [],
  }),
  addClient: endpoint({
    method: 'POST',
    path: '/management/clients',
    auth: 'management',
    scope: 'access',
    summary: 'Adds a client.',
    body: addClientRequest,
    answer: clientTokenAnswer,
    ifMatch: true,
    errors: ['client_exists', ...writeErrors],
  }),
  rotateToken: endpoint({
    method: 'POST',
    path: '/management/clients/:client_id/rotate',
    auth: 'management',
    scope: 'access',
    summary: 'Gives the client a new token.',
    body: rotateRequest,
    answer: clientTokenAnswer,
    ifMatch: true,
    errors: ['unknown_client', ...writeErrors],
  }),
  retireTokens: endpoint({
    method: 'POST',
    path: '/management/clients/:client_id/retire',
    auth: 'management',
    scope: 'access',
    summary: 'Only the newest token stays valid.',
    body: emptyBody,
    answer: applyAnswer,
    ifMatch: true,
    errors: ['unknown_client', ...writeErrors],
  }),
  removeClient: endpoint({
    method: 'DELETE',
    path: '/management/clients/:client_id',
    auth: 'management',
    scope: 'access',
    summary: 'Removes the client.',
    answer: applyAnswer,
    ifMatch: true,
    errors: ['unknown_client', ...writeErrors],
  }),
  connectClient: endpoint({
    method: 'GET',
    path: '/management/clients/:client_id/connect',
    auth: 'management',
    summary: 'The configuration of each known application for this client.',
    answer: connectAnswer,
    errors: ['unknown_client'],
  }),
};

export type ClientSummary = Described<typeof clientSummary>;
export type ClientsAnswer = Described<typeof clientsAnswer>;
export type AddClientRequest = Described<typeof addClientRequest>;
export type RotateRequest = Described<typeof rotateRequest>;
export type ClientTokenAnswer = Described<typeof clientTokenAnswer>;
export type ConnectSnippet = Described<typeof connectSnippet>;
export type ConnectAnswer = Described<typeof connectAnswer>;
