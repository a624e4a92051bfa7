import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { named, ok } from './schema/named.ts';

const authCheckAnswer = named(
  'AuthCheckAnswer',
  'The client that the credentials name.',
  z.strictObject({ ok, client_id: z.string() }),
);

const serverCheckAnswer = named(
  'ServerCheckAnswer',
  'The client may use the server.',
  z.strictObject({ ok, client_id: z.string(), server_id: z.string() }),
);

export const checkEndpoints = {
  authCheck: endpoint({
    method: 'GET',
    path: '/auth-check',
    auth: 'client',
    summary: 'Checks client credentials. Ten a minute for all callers together.',
    answer: authCheckAnswer,
    errors: ['unauthorized', 'rate_limited', 'audit_unavailable'],
  }),
  serverCheck: endpoint({
    method: 'GET',
    path: '/server-check',
    auth: 'client',
    summary: 'Checks whether the client may use a server. Shares the limit of `/auth-check`.',
    query: z.object({ server_id: z.string().min(1).meta({ description: 'The server.' }) }),
    answer: serverCheckAnswer,
    errors: ['invalid_server_id', 'unauthorized', 'server_not_allowed', 'rate_limited', 'audit_unavailable'],
  }),
};
