import { createHash } from 'node:crypto';
import { endpointGroups } from '../../../gateway/src/api/endpoints.ts';
import type { Endpoint } from '../../../gateway/src/api/endpoint.ts';
import { callTool, credentialsOf, post } from '../../harness/rpc.ts';
import { exchangeBytes, openSocket } from '../../harness/socket.ts';
import type { Outcome } from '../attempt.ts';
import type { Reply } from '../probe.ts';
import { rejected, tellsNothing } from './seen.ts';
import { managementToken, victim, type Attacked, type PlaceAttempt } from './stage.ts';

const place = 'without a token';
const call = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name: 'recording__echo', arguments: {} },
});

const ask = async (
  { gateway }: Attacked,
  path: string,
  { method = 'GET', headers = {}, body }: { method?: string; headers?: object; body?: string } = {},
): Promise<Reply> => {
  const sent = {
    method,
    headers: { ...headers },
    redirect: 'manual',
    ...(body !== undefined && { body }),
  } as const;
  const answer = await fetch(gateway.origin + path, sent);
  return { status: answer.status, text: await answer.text() };
};

/** Whose answer must be a rejection. */
const attempt = (what: string, make: (on: Attacked) => Promise<Reply>): PlaceAttempt => [
  place,
  what,
  async (on) => rejected(await make(on)),
];

const withHeaders = (what: string, headers: () => Record<string, string>, query = ''): PlaceAttempt =>
  attempt(`calls a tool with ${what}`, ({ gateway }) =>
    post(`${gateway.origin}/mcp${query}`, call, headers()),
  );

const digest = (token: string): string => createHash('sha256').update(token).digest('hex');

const calls: readonly PlaceAttempt[] = [
  withHeaders('no credentials', () => ({})),
  withHeaders('the id alone', () => ({ 'X-Lmcp-Client-Id': victim.id })),
  withHeaders('an empty token', () => ({ 'X-Lmcp-Client-Id': victim.id, 'X-Lmcp-Token': '' })),
  withHeaders('a prefix of the token', () => credentialsOf({ ...victim, token: victim.token.slice(0, -1) })),
  withHeaders('more than the token', () => credentialsOf({ ...victim, token: `${victim.token}0` })),
  withHeaders('the token in capitals', () => credentialsOf({ ...victim, token: victim.token.toUpperCase() })),
  withHeaders('the digest of the token', () => credentialsOf({ ...victim, token: digest(victim.token) })),
  withHeaders('the token of another client', () => credentialsOf({ id: 'tight', token: victim.token })),
  withHeaders('the id __proto__', () => credentialsOf({ id: '__proto__', token: 'constructor' })),
  withHeaders('the management token', () => credentialsOf({ ...victim, token: managementToken })),
  withHeaders('an empty bearer', () => ({ Authorization: 'Bearer ' })),
  withHeaders('the token as basic credentials', () => ({
    Authorization: `Basic ${Buffer.from(`${victim.id}:${victim.token}`).toString('base64')}`,
  })),
  withHeaders('the token in a cookie', () => ({ Cookie: `client_id=${victim.id}; token=${victim.token}` })),
  withHeaders('two credentials that differ', () => credentialsOf(victim), '?client_id=tight&token=wrong'),
  withHeaders('one parameter twice', () => ({}), `?client_id=x&client_id=${victim.id}&token=${victim.token}`),
  attempt('calls a tool with the token in the body', ({ gateway }) =>
    post(
      `${gateway.origin}/mcp`,
      JSON.stringify({ ...JSON.parse(call), client_id: victim.id, token: victim.token }),
    ),
  ),
  attempt('calls a tool in a batch', ({ gateway }) => post(`${gateway.origin}/mcp`, `[${call},${call}]`)),
  attempt('uses the session of a client', ({ gateway, session }) =>
    post(`${gateway.origin}/mcp`, call, { 'Mcp-Session-Id': session }),
  ),
  attempt('listens to the session of a client', (on) =>
    ask(on, '/mcp', { headers: { 'Mcp-Session-Id': on.session, Accept: 'text/event-stream' } }),
  ),
  attempt('ends the session of a client', (on) =>
    ask(on, '/mcp', { method: 'DELETE', headers: { 'Mcp-Session-Id': on.session } }),
  ),
  attempt('opens a stream of the older transport', (on) =>
    ask(on, '/sse', { headers: { Accept: 'text/event-stream' } }),
  ),
  attempt('posts to a stream that it guesses', (on) =>
    ask(on, '/messages?session_id=guessed', { method: 'POST', body: call }),
  ),
  attempt('asks whether a token is right', (on) => ask(on, '/auth-check?client_id=victim&token=guess')),
  attempt('asks whether there is such a server', (on) => ask(on, '/server-check?server_id=recording')),
];

/** Each endpoint of the management API, with a client's token; the first with everything else that could pass for the token. */
const endpoints = Object.values(endpointGroups).flatMap((group) => Object.values<Endpoint>(group));
const managed: readonly PlaceAttempt[] = endpoints
  .filter(({ auth }) => auth === 'management')
  .map(({ method, path }) => {
    const concrete = path.replace(/:(\w+)/g, (_, name: string) =>
      name === 'server_id' ? 'recording' : 'victim',
    );
    return attempt(`${method} ${path} with a client’s token`, (on) =>
      ask(on, concrete, {
        method,
        headers: { 'X-Lmcp-Management-Token': victim.token, 'Content-Type': 'application/json' },
        ...(method === 'POST' && { body: '{}' }),
      }),
    );
  });
const passing: readonly PlaceAttempt[] = (
  [
    ['nothing', {}],
    ['an empty management token', { 'X-Lmcp-Management-Token': '' }],
    ['the digest of the management token', { 'X-Lmcp-Management-Token': digest(managementToken) }],
    ['the management token as bearer', { Authorization: `Bearer ${managementToken}` }],
    ['the management token in a cookie', { Cookie: `X-Lmcp-Management-Token=${managementToken}` }],
  ] as const
).map(([what, headers]) =>
  attempt(`reads the registry with ${what}`, (on) => ask(on, '/registry/view', { headers })),
);

/** What everybody may ask for names no client and no path. */
const open: readonly PlaceAttempt[] = ['/health', '/describe', '/status?limit=500', '/ui/index.html'].map(
  (path) => [
    place,
    `looks for names in ${path}`,
    async (on) => tellsNothing(await ask(on, path), (reply) => namesNothing(on, reply)),
  ],
);

function namesNothing({ gateway }: Attacked, { status, text }: Reply): Outcome {
  // Servers are named to everybody, clients are not.
  const names = ['victim', 'visited', 'limited'];
  const told = names.find((name) => text.includes(`"${name}"`) || text.includes(gateway.folder));
  if (status !== 200) return { through: true, by: `${status}: nothing was looked at` };
  return { through: told !== undefined, by: told ?? 'holds no name of a client, and no path' };
}

const listens: PlaceAttempt = [
  place,
  'listens to the events of a client’s call',
  async (on) => {
    const abort = new AbortController();
    const answer = await fetch(`${on.gateway.origin}/events`, { signal: abort.signal });
    await callTool(on.gateway, victim, 'plain__echo', { said: 'a value of the call' });
    let text = '';
    for await (const chunk of answer.body ?? []) {
      text += Buffer.from(chunk as Uint8Array).toString();
      if (text.includes('"event":"tool_result"')) break;
    }
    abort.abort();
    const told = ['victim', 'a value of the call'].find((name) => text.includes(name));
    return { through: told !== undefined, by: told ?? 'the events name no client and no value' };
  },
];

/** Written byte by byte; the connection is closed with the answer. */
const raw = (what: string, bytes: (host: string) => string): PlaceAttempt => [
  place,
  what,
  async ({ gateway }) => {
    const { statuses, text } = await exchangeBytes(gateway, bytes(`127.0.0.1:${gateway.port}`), 300);
    const passed = statuses.find((status) => status < 400) ?? statuses[0] ?? 0;
    return rejected({
      status: passed,
      text: text === '' ? 'closed without an answer' : text.slice(text.indexOf('\r\n\r\n') + 4),
    });
  },
];
const credentials = `X-Lmcp-Client-Id: ${victim.id}\r\nX-Lmcp-Token: ${victim.token}\r\n`;
const length = `Content-Type: application/json\r\nContent-Length: ${call.length}\r\nConnection: close\r\n`;
const bytes: readonly PlaceAttempt[] = [
  raw(
    'reads a file beside the interface',
    (host) => `GET /ui/../../config/registry.yaml HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
  ),
  raw(
    'reads a file by encoded dots',
    (host) => `GET /ui/%2e%2e%2f%2e%2e%2fetc/passwd HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
  ),
  raw(
    'reads a file by an absolute path',
    (host) => `GET /management//../../../etc/passwd HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
  ),
  raw('comes by another name (DNS rebinding)', () => `GET /status HTTP/1.1\r\nHost: evil.example\r\n\r\n`),
  raw('comes by no name', () => `GET /status HTTP/1.0\r\n\r\n`),
  raw('comes by two names', (host) => `GET /status HTTP/1.1\r\nHost: ${host}\r\nHost: evil.example\r\n\r\n`),
  raw('uses the gateway as a proxy', (host) => `GET http://example.com/ HTTP/1.1\r\nHost: ${host}\r\n\r\n`),
  raw('asks for a tunnel', (host) => `CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: ${host}\r\n\r\n`),
  raw('asks for its request back', (host) => `TRACE /mcp HTTP/1.1\r\nHost: ${host}\r\n${credentials}\r\n`),
  raw(
    'hides credentials in trailers',
    (host) =>
      `POST /mcp HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n` +
      `${call.length.toString(16)}\r\n${call}\r\n0\r\n${credentials}\r\n`,
  ),
  raw(
    'writes credentials behind a folded header',
    (host) => `POST /mcp HTTP/1.1\r\nHost: ${host}\r\nX: a\r\n ${credentials}${length}\r\n${call}`,
  ),
  raw(
    'writes two lengths',
    (host) =>
      `POST /mcp HTTP/1.1\r\nHost: ${host}\r\n${credentials}Content-Length: 5\r\n${length}\r\n${call}`,
  ),
  raw(
    'writes a length and chunks',
    (host) =>
      `POST /mcp HTTP/1.1\r\nHost: ${host}\r\n${credentials}Transfer-Encoding: chunked\r\n${length}\r\n0\r\n\r\n${call}`,
  ),
];

/** What one process could hold back from others. */
const floods: readonly PlaceAttempt[] = [
  [place, 'sends 300 bodies of a MiB and never ends them', (on) => holding(on, 300, 1024 * 1024)],
  [place, 'opens 2,000 connections and says nothing', (on) => holding(on, 2_000, 0)],
];

async function holding(on: Attacked, count: number, size: number): Promise<Outcome> {
  const head = `POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:${on.gateway.port}\r\nContent-Type: application/json\r\nContent-Length: ${size}\r\n\r\n`;
  const said = size === 0 ? '' : head + ' '.repeat(size - 1);
  const sockets = await Promise.all(Array.from({ length: count }, () => openSocket(on.gateway, said)));
  for (const socket of sockets) socket.on('error', () => undefined).resume();
  const { body } = await callTool(on.gateway, victim, 'plain__echo');
  for (const socket of sockets) socket.destroy();
  return { through: body.result === undefined, by: 'a client’s call was answered meanwhile' };
}

/** What a process of the machine tries that has no token. */
export const strangerAttempts: readonly PlaceAttempt[] = [
  ...calls,
  ...managed,
  ...passing,
  ...open,
  listens,
  ...bytes,
  ...floods,
];
