import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestGateway, until } from '../harness/gateway.ts';
import { openListenStream } from '../harness/listen.ts';
import { callerNamed, callTool, credentialsOf, post, rpc, type Caller } from '../harness/rpc.ts';
import { fixture } from '../harness/servers.ts';

const greedy = callerNamed('greedy');
const others = Array.from({ length: 9 }, (_, i) => ({
  id: `other${i}`,
  token: `token-of-other${i}-0123456789`,
}));
const allow_servers = ['own', 'sessions', 'shared'];
const url = (path: string): string => `${gateway.origin}${path}`;
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await TestGateway.start({
    clients: Object.fromEntries([greedy, ...others].map(({ id, token }) => [id, { token, allow_servers }])),
    servers: {
      own: fixture('plain-server.ts'),
      sessions: { ...fixture('plain-server.ts'), scope: 'session' },
      shared: { ...fixture('plain-server.ts'), scope: 'shared' },
    },
  });
});
afterAll(() => gateway[Symbol.asyncDispose]());

/** A stream that is held open; what it says is read, so that its end shows. */
class Held {
  readonly status: number;
  open: boolean;
  readonly #abort: AbortController;

  private constructor(response: Response, abort: AbortController) {
    this.status = response.status;
    this.open = response.ok;
    this.#abort = abort;
    void this.#read(response);
  }

  static async from(ask: (signal: AbortSignal) => Promise<Response>): Promise<Held> {
    const abort = new AbortController();
    return new Held(await ask(abort.signal), abort);
  }

  async #read(response: Response): Promise<void> {
    try {
      for await (const _chunk of response.body ?? []) continue;
    } catch {
      // Aborted by this test.
    }
    this.open = false;
  }

  close(): void {
    this.#abort.abort();
  }
}

async function openSession(who: Caller, capabilities: object = {}): Promise<Record<string, string>> {
  const params = { protocolVersion: '2025-06-18', capabilities, clientInfo: { name: who.id, version: '1' } };
  const { headers } = await rpc(gateway, who, 'initialize', params);
  return { 'Mcp-Session-Id': headers.get('mcp-session-id') ?? '' };
}

const callIn = async (who: Caller, session: Record<string, string>, name: string) =>
  (await rpc(gateway, who, 'tools/call', { name }, { headers: session })).body;
const sse = (who: Caller) =>
  Held.from((signal) =>
    fetch(url('/sse'), { headers: { ...credentialsOf(who), Accept: 'text/event-stream' }, signal }),
  );
const listenTo = (who: Caller) =>
  Held.from((signal) => openListenStream(gateway, who, { toolsListChanged: true }, signal));
const getStream = (who: Caller, session: Record<string, string>) =>
  Held.from((signal) =>
    fetch(url('/mcp'), {
      headers: { ...credentialsOf(who), ...session, Accept: 'text/event-stream' },
      signal,
    }),
  );

/** What a client of good manners has: a session, a stream of each kind, an instance of its own and one of its session. */
async function settle(who: Caller) {
  const session = await openSession(who);
  const streams = [await getStream(who, session), await sse(who), await listenTo(who)];
  const pids = await pidsOf(who, session);
  return { who, session, streams, pids };
}

const pidsOf = async (who: Caller, session: Record<string, string>) =>
  Promise.all(['own__pid', 'sessions__pid'].map(async (name) => (await callIn(who, session, name)).result));

/** Eight flags, of which each combination is a key of its own. */
const flag = (bits: number, bit: number, value: object): object => ((bits >> bit) & 1 ? value : {});
const capabilitiesOf = (bits: number): object => ({
  elicitation: { ...flag(bits, 0, { form: {} }), ...flag(bits, 1, { url: {} }) },
  sampling: { ...flag(bits, 2, { tools: {} }), ...flag(bits, 3, { context: {} }) },
  ...flag(bits, 4, { roots: {} }),
});

const running: Promise<unknown>[] = [];
const held: Held[] = [];

const grabs: readonly (readonly [what: string, grab: () => Promise<string>])[] = [
  [
    'instances by 24 sets of capabilities',
    async () => {
      for (let bits = 0; bits < 24; bits++)
        await callIn(greedy, await openSession(greedy, capabilitiesOf(bits)), 'own__pid');
      return `${await leftOf('own')} of 24 are left`;
    },
  ],
  [
    'instances by 24 sessions',
    async () => {
      for (let i = 0; i < 24; i++) await callIn(greedy, await openSession(greedy), 'sessions__pid');
      return `${await leftOf('sessions')} of 24 are left`;
    },
  ],
  [
    'instances that are all in use',
    async () => {
      const sessions: Record<string, string>[] = [];
      for (let i = 0; i < 20; i++) sessions.push(await openSession(greedy));
      const calls = sessions.map((headers) =>
        rpc(
          gateway,
          greedy,
          'tools/call',
          { name: 'sessions__slow', arguments: { ms: 600_000 } },
          { headers },
        ),
      );
      running.push(...calls.map((call) => call.catch(() => undefined)));
      const rejected = await Promise.race(calls.map((call) => call.then(({ body }) => body)));
      return `rejected: ${JSON.stringify(rejected.error?.data)}`;
    },
  ],
  [
    '240 sessions',
    async () => {
      for (let i = 0; i < 240; i++) await openSession(greedy);
      return 'its own idle ones end';
    },
  ],
  [
    '160 streams of the older transport',
    async () => {
      const streams: Held[] = [];
      for (let i = 0; i < 160; i++) streams.push(await sse(greedy));
      held.push(...streams);
      await until('its own are ended', () => streams.filter(({ open }) => open).length <= 125);
      return `${streams.filter(({ open }) => open).length} of 160 are left`;
    },
  ],
  [
    '120 streams of a stateless client',
    async () => {
      const streams: Held[] = [];
      for (let i = 0; i < 120; i++) streams.push(await listenTo(greedy));
      held.push(...streams);
      await until('its own are ended', () => streams.filter(({ open }) => open).length <= 100);
      return `${streams.filter(({ open }) => open).length} of 120 are left`;
    },
  ],
  [
    '200 calls of a shared server at the same time',
    async () => {
      const body = JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: { name: 'shared__slow', arguments: { ms: 600_000 } },
      });
      for (let i = 0; i < 200; i++)
        running.push(post(url('/mcp'), body, credentialsOf(greedy)).catch(() => undefined));
      await until('they are decided', async () => {
        const lines = await gateway.audit();
        return (
          lines.filter(({ event, server_id: id }) => event === 'tool_authz' && id === 'shared').length >= 200
        );
      });
      return 'they run';
    },
  ],
];

/** The client's own, once those that it had to give up have ended and no other is being started. */
async function leftOf(server: string): Promise<number> {
  let left = await instancesOf(server);
  await until('no more than its part are left', async () => {
    left = (await instancesOf(server)) - others.length;
    return left <= 16;
  });
  return left;
}

async function instancesOf(server: string): Promise<number> {
  const lines = (await gateway.audit()).filter(({ server_id: id }) => id === server);
  return lines.reduce(
    (sum, { event }) => sum + (event === 'server_start' ? 1 : event === 'server_exit' ? -1 : 0),
    0,
  );
}

test('while one client takes all that it can get, nine others lose no call, no stream, no session and no instance', async () => {
  const settled = [];
  for (const other of others) settled.push(await settle(other));
  const table: string[] = [];
  for (const [what, grab] of grabs) {
    const outcome = await grab();
    for (const { who, session, streams, pids } of settled) {
      expect(streams.map(({ status, open }) => [status, open])).toEqual([
        [200, true],
        [200, true],
        [200, true],
      ]);
      expect(await pidsOf(who, session)).toEqual(pids);
      expect((await callTool(gateway, who, 'shared__echo', { who: who.id })).body.result).toBeDefined();
    }
    table.push(`${what}: ${outcome}; nine others lost nothing`);
  }
  console.log(table.join('\n'));
  expect(table.slice(0, 3)).toEqual([
    expect.stringContaining('16 of 24 are left'),
    expect.stringContaining('16 of 24 are left'),
    expect.stringContaining('"kind":"overloaded"'),
  ]);
  for (const stream of [...held, ...settled.flatMap(({ streams }) => streams)]) stream.close();
  await gateway.stop();
  await Promise.all(running);
});
