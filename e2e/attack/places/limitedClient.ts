import { openListenStream } from '../../harness/listen.ts';
import { callTool, credentialsOf, post, rpc, type Caller, type Reply } from '../../harness/rpc.ts';
import type { Outcome } from '../attempt.ts';
import { rejected, tellsNothing } from './seen.ts';
import { limited, tight, victim, type Attacked, type PlaceAttempt } from './stage.ts';

const place = 'client, narrow policy';
const attempt = (
  what: string,
  make: (on: Attacked) => Promise<Pick<Reply, 'status' | 'text'>>,
): PlaceAttempt => [place, what, async (on) => rejected(await make(on))];

/** Spellings of tools that the client may not call. */
const denied: readonly (readonly [name: string, path?: string])[] = [
  ['recording__secret'],
  ['recording.secret'],
  ['recording__Secret'],
  ['recording__secret '],
  ['recording__secret\u0000'],
  ['recording__secret\u200b'],
  ['recording__ｓecret'],
  ['recording__echo/../secret'],
  ['recording__unlisted'],
  ['recording____proto__'],
  ['RECORDING__echo'],
  ['secret', '/mcp/recording'],
  ['Secret', '/mcp/recording'],
  ['secret\n', '/mcp/recording'],
  ['constructor', '/mcp/recording'],
  ['lenient__delete_notes'],
  ['lenient__Delete_Notes'],
  ['lenient__delete_notes '],
  ['lenient__delete-notes'],
  ['lenient___debug_exec'],
  ['delete_notes', '/mcp/lenient'],
  ['DELETE_NOTES', '/mcp/lenient'],
  ['plain__echo'],
  ['plain.echo'],
  ['echo', '/mcp/plain'],
  ['echo', '/mcp/nonesuch'],
  ['echo', '/mcp/%70lain'],
  ['call_write_tool'],
];
const calls = denied.map(([name, path = '/mcp']) =>
  attempt(`calls ${JSON.stringify(name)} on ${path}`, ({ gateway }) =>
    rpc(gateway, tight, 'tools/call', { name, arguments: {} }, { path }),
  ),
);

const texts: readonly (readonly [what: string, body: string])[] = [
  [
    'a name twice',
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"recording__echo","name":"recording__secret"}}',
  ],
  [
    'a method twice',
    '{"jsonrpc":"2.0","id":1,"method":"tools/list","method":"tools/call","params":{"name":"recording__secret"}}',
  ],
  [
    'an escaped key twice',
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"recording__echo","n\\u0061me":"recording__secret"}}',
  ],
  [
    'two keys that differ in case',
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"recording__echo","Name":"recording__secret"}}',
  ],
  [
    'two messages in one body',
    '{"jsonrpc":"2.0","id":1,"method":"tools/list"}\n{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"recording__secret"}}',
  ],
  ['a batch', '[{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"recording__secret"}}]'],
  [
    '100,000 levels',
    `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
  ],
  [
    'bytes that are no UTF-8',
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"recording__\ud800secret"}}',
  ],
  [
    'a body of 2 MiB',
    `{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":"${'x'.repeat(2 * 1024 * 1024)}"}}`,
  ],
];
const bodies = texts.map(([what, body]) =>
  attempt(`sends ${what}`, ({ gateway }) => post(`${gateway.origin}/mcp`, body, credentialsOf(tight))),
);

const others: readonly PlaceAttempt[] = [
  attempt('gets a prompt that is not listed', ({ gateway }) =>
    rpc(gateway, tight, 'prompts/get', { name: 'Greet' }, { path: '/mcp/lenient' }),
  ),
  attempt('reads a resource that is not listed', ({ gateway }) =>
    rpc(gateway, tight, 'resources/read', { uri: 'file:///etc/passwd' }, { path: '/mcp/hiding' }),
  ),
  attempt('reads a resource beside a listed one', ({ gateway }) =>
    rpc(gateway, tight, 'resources/read', { uri: 'notes://listed/../secret' }, { path: '/mcp/hiding' }),
  ),
  attempt('listens to a resource that is not listed', ({ gateway }) =>
    rpc(gateway, tight, 'resources/subscribe', { uri: 'notes://secret' }, { path: '/mcp/hiding' }),
  ),
  attempt('completes an argument of what is not listed', ({ gateway }) =>
    rpc(
      gateway,
      tight,
      'completion/complete',
      { ref: { type: 'ref/prompt', name: 'hidden' }, argument: { name: 'a', value: '' } },
      { path: '/mcp/lenient' },
    ),
  ),
  attempt('calls a method that LMCP does not know', ({ gateway }) => rpc(gateway, tight, 'admin/dump')),
  attempt('asks for a task of another client', ({ gateway }) =>
    rpc(gateway, tight, 'tasks/get', { taskId: 'recording/1' }),
  ),
  attempt('uses the session of another client', ({ gateway, session }) =>
    rpc(gateway, tight, 'tools/list', {}, { headers: { 'Mcp-Session-Id': session } }),
  ),
  attempt('ends the session of another client', (on) => bare(on, 'DELETE', '/mcp')),
  attempt('listens to the session of another client', (on) => bare(on, 'GET', '/mcp')),
  attempt('manages with its own token', (on) => bare(on, 'GET', '/registry/view')),
  attempt('asks whether it may use another server', (on) => bare(on, 'GET', '/server-check?server_id=plain')),
  [
    place,
    'looks for other servers and denied tools in its lists',
    async ({ gateway }) => {
      const replies = await Promise.all(
        ['tools/list', 'prompts/list', 'resources/list'].map((method) => rpc(gateway, tight, method)),
      );
      const text = replies.map((reply) => reply.text).join(' ');
      const told = ['secret"', 'delete_notes', 'plain', 'hostile', 'victim'].find((name) =>
        text.includes(name),
      );
      const listed = text.includes('recording__echo');
      return tellsNothing({ status: 200, text }, () => ({
        through: told !== undefined || !listed,
        by: told ?? 'they hold its own tools alone',
      }));
    },
  ],
  [
    place,
    'cancels the call of another client',
    async (on) => {
      const victims = rpc(
        on.gateway,
        victim,
        'tools/call',
        { name: 'plain__slow', arguments: { ms: 300 } },
        { id: 77 },
      );
      const cancel = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 77 } };
      await post(`${on.gateway.origin}/mcp`, JSON.stringify(cancel), credentialsOf(tight));
      const { body } = await victims;
      return { through: body.result === undefined, by: 'the call was answered' };
    },
  ],
  [
    place,
    'writes a line of its own into the log',
    async ({ gateway }) => {
      const forged = 'x\n{"seq":1,"event":"config_change","allowed":true}';
      await rpc(gateway, tight, 'tools/call', { name: forged }, { headers: { 'X-Request-Id': 'a b' } });
      const lines = await gateway.audit();
      return {
        through: lines.some(({ event }) => event === 'config_change'),
        by: 'the log has its own lines alone',
      };
    },
  ],
];

async function bare(
  { gateway, session }: Attacked,
  method: string,
  path: string,
): Promise<Pick<Reply, 'status' | 'text'>> {
  const headers = {
    ...credentialsOf(tight),
    'X-Lmcp-Management-Token': tight.token,
    'Mcp-Session-Id': session,
    Accept: 'application/json, text/event-stream',
  };
  const answer = await fetch(gateway.origin + path, { method, headers });
  return { status: answer.status, text: await answer.text() };
}

/** It has used up its minute. */
const spent = (
  what: string,
  make: (on: Attacked, who: Caller) => Promise<Pick<Reply, 'status' | 'text'>>,
): PlaceAttempt => ['client, limit used up', what, async (on) => overTheLimit(await make(on, limited))];

function overTheLimit(reply: Pick<Reply, 'status' | 'text'>): Outcome {
  const isLimited = /-32009|rate_limited/.test(reply.text);
  const { through, by } = rejected(reply);
  return { through: through || !isLimited, by };
}

const name = 'recording__echo';
const limits: readonly PlaceAttempt[] = [
  spent('calls once more', ({ gateway }, who) => callTool(gateway, who, name)),
  spent('calls on the server’s own path', ({ gateway }, who) =>
    rpc(gateway, who, 'tools/call', { name: 'echo' }, { path: '/mcp/recording' }),
  ),
  spent('calls with credentials in the query', ({ gateway }, who) =>
    post(
      `${gateway.origin}/mcp?client_id=${who.id}&token=${who.token}`,
      JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name } }),
    ),
  ),
  spent('calls as bearer', ({ gateway }, who) =>
    post(
      `${gateway.origin}/mcp`,
      JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name } }),
      {
        Authorization: `Bearer ${who.token}`,
      },
    ),
  ),
  spent('listens as a stateless client', async ({ gateway }, who) => {
    const answer = await openListenStream(gateway, who, { toolsListChanged: true });
    return { status: answer.status, text: await answer.text() };
  }),
  spent('opens a session', ({ gateway }, who) =>
    rpc(gateway, who, 'initialize', {
      protocolVersion: '2025-06-18',
      capabilities: {},
      clientInfo: { name: 'l', version: '1' },
    }),
  ),
  spent('sends 50 calls in one batch', ({ gateway }, who) =>
    post(
      `${gateway.origin}/mcp`,
      JSON.stringify(
        Array.from({ length: 50 }, (_, id) => ({
          jsonrpc: '2.0',
          id,
          method: 'tools/call',
          params: { name },
        })),
      ),
      credentialsOf(who),
    ),
  ),
  spent('searches for tools', ({ gateway }, who) =>
    rpc(gateway, who, 'tools/list', {}, { path: '/mcp?tools=search' }),
  ),
];

/** What a client tries that may do little. */
export const clientAttempts: readonly PlaceAttempt[] = [...calls, ...bodies, ...others, ...limits];
