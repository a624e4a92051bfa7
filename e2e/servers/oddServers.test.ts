import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestGateway } from '../harness/gateway.ts';
import { oddHttpServer, type OddHttpServer } from '../harness/stubs/oddHttpServer.ts';
import { callerNamed, credentialsOf, rpc, toolNames } from '../harness/rpc.ts';
import { fixture } from '../harness/servers.ts';

/** Server oddity × transport. What the official client gets from the server directly is what it must get through LMCP. */
const both = [
  'none',
  'empty cursor',
  'cursor that repeats',
  'cursors in a circle',
  'the same page twice',
  'list error',
  'list error of its own',
  'list errors -32601',
  'list errors -32603',
  'ids as strings',
  'no capabilities',
  'revision 2024-10-07',
];
/** The official client is lost with these; through LMCP it gets what a server without an oddity gives. */
const lostOverStdio = ['cursor null'];
const lostOverHttp = [
  'cursor null',
  'sessions end with 404',
  'sessions end with 410',
  'sessions end with 400',
  'sessions end with 400 of another kind',
  'sessions end with an error',
];
const overStdio = [...both, 'log on stdout', 'asks for roots before it answers'];
const overHttp = [
  ...both,
  'no GET route',
  'GET is a bad request',
  'GET is a page',
  'answers on the GET stream',
  'initialized first',
  'stream left open',
  'events with CR LF',
  'events with CR',
  'events with comments',
  'events of other names',
  'gzip',
  'deflate',
  'x-gzip',
  'br',
  'zstd',
  'byte order mark',
];
const older = [
  ...[400, 404, 405, 406, 415].map((status) => `HTTP+SSE behind ${status}`),
  ...[403, 405, 500, 501].map((status) => `HTTP+SSE at /sse behind ${status}`),
];
const http = [...overHttp, ...older];

const caller = callerNamed('tester');
/** May use the servers whose lists fail, so that its lists of all servers start no others. */
const lister = callerNamed('lister');
/** The two servers with an oddity, by transport. */
const idsOf = (oddity: string): string[] => [
  `stdio-${overStdio.indexOf(oddity)}`,
  `http-${http.indexOf(oddity)}`,
];
const servers = new Map<string, OddHttpServer>();
let gateway: TestGateway;

beforeAll(async () => {
  for (const oddity of [...http, ...lostOverHttp]) servers.set(oddity, await oddHttpServer(oddity));
  const entries = {
    ...Object.fromEntries(
      [...overStdio, ...lostOverStdio].map((oddity, i) => [
        `stdio-${i}`,
        { ...fixture('odd/odd-server.ts', oddity), ...unlisted(oddity) },
      ]),
    ),
    ...Object.fromEntries(
      [...http, ...lostOverHttp].map((oddity, i) => [
        `http-${i}`,
        { transport: 'http', url: urlOf(oddity).href, ...unlisted(oddity) },
      ]),
    ),
  };
  gateway = await TestGateway.start({
    clients: {
      tester: { token: caller.token, allow_servers: Object.keys(entries) },
      lister: {
        token: lister.token,
        allow_servers: [-32601, -32603].flatMap((code) => idsOf(`list errors ${code}`)),
      },
    },
    servers: entries,
  });
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  for (const server of servers.values()) await server[Symbol.asyncDispose]();
});

/** A server that can't list its tools runs them only where the registry says so. */
function unlisted(oddity: string): object {
  return oddity.startsWith('list error') ? { unlisted_tools: 'allow' } : {};
}

function urlOf(oddity: string): URL {
  return new URL(servers.get(oddity)?.url ?? '');
}

function throughLmcp(server: string): Transport {
  const requestInit = { headers: credentialsOf(caller) };
  return new StreamableHTTPClientTransport(new URL(`${gateway.origin}/mcp/${server}`), { requestInit });
}

/** What a client sees: which tools there are, and what calling one gives, three times. */
async function seenBy(transport: Transport): Promise<Record<string, unknown>> {
  const client = new Client({ name: 'official', version: '1' });
  await client.connect(transport);
  try {
    const tools = await client.listTools().then(
      (list) => list.tools,
      (error: unknown) => ({ code: (error as { code: unknown }).code, message: (error as Error).message }),
    );
    const calls = [];
    for (let call = 0; call < 3; call++) calls.push(await client.callTool({ name: 'echo', arguments: {} }));
    return { tools, calls };
  } finally {
    await client.close();
  }
}

test.each(overStdio)('passes on over stdio what the official client gets: %s', async (oddity) => {
  const { command, args } = fixture('odd/odd-server.ts', oddity);
  const direct = await seenBy(new StdioClientTransport({ command, args }));
  expect(direct['calls']).toHaveLength(3);
  expect(await seenBy(throughLmcp(`stdio-${overStdio.indexOf(oddity)}`))).toEqual(direct);
});

test.each(http)('passes on over HTTP what the official client gets: %s', async (oddity) => {
  const url = urlOf(oddity);
  const own = older.includes(oddity)
    ? // eslint-disable-next-line @typescript-eslint/no-deprecated -- the transport that these servers speak
      new SSEClientTransport(url)
    : new StreamableHTTPClientTransport(url);
  const direct = await seenBy(own);
  expect(direct['calls']).toHaveLength(3);
  expect(await seenBy(throughLmcp(`http-${http.indexOf(oddity)}`))).toEqual(direct);
});

/** What is warned of on stderr, by oddity. */
const anomalies = [
  ['empty cursor', 'an empty cursor'],
  ['cursor that repeats', 'the same cursor twice'],
  ['cursors in a circle', 'the same cursor twice'],
  ['the same page twice', 'a page that it had listed before'],
] as const;

test.each(anomalies)('warns of a list that does not end as it should: %s', async (oddity, what) => {
  for (const server of idsOf(oddity)) {
    expect(await toolNames(gateway, caller, `/mcp/${server}`)).toEqual(['echo']);
    const warning = `server "${server}" answered tools/list with ${what}: what it listed before that is used`;
    await expect.poll(() => gateway.output).toContain(warning);
  }
});

const listMethods = ['tools/list', 'prompts/list', 'resources/list', 'resources/templates/list'];

test.each([-32601, -32603].flatMap((code) => listMethods.map((method) => [code, method] as const)))(
  'passes on the error %d of %s on the path of the server; /mcp leaves the server out',
  async (code, method) => {
    for (const server of idsOf(`list errors ${code}`)) {
      // Once as the server answers it, once as it is remembered.
      for (let time = 0; time < 2; time++) {
        const { body } = await rpc(gateway, lister, method, {}, { path: `/mcp/${server}` });
        expect(body.error).toEqual({ code, message: `no lists today: ${code}` });
      }
    }
    const { body } = await rpc(gateway, lister, method);
    expect(body.result).toBeDefined();
  },
);

/** What the official client gets from a server without an oddity. */
const sound = (): Promise<Record<string, unknown>> => {
  const { command, args } = fixture('odd/odd-server.ts', 'none');
  return seenBy(new StdioClientTransport({ command, args }));
};

test.each(lostOverStdio)('makes up for over stdio what the official client cannot: %s', async (oddity) => {
  const server = `stdio-${overStdio.length + lostOverStdio.indexOf(oddity)}`;
  const { command, args } = fixture('odd/odd-server.ts', oddity);
  const expected = await sound();
  const direct = await seenBy(new StdioClientTransport({ command, args })).catch(() => 'lost');
  expect(direct).not.toEqual(expected);
  expect(await seenBy(throughLmcp(server))).toEqual(expected);
});

test.each(lostOverHttp)('makes up for over HTTP what the official client cannot: %s', async (oddity) => {
  const server = `http-${http.length + lostOverHttp.indexOf(oddity)}`;
  const expected = await sound();
  const direct = await seenBy(new StreamableHTTPClientTransport(urlOf(oddity))).catch(() => 'lost');
  expect(direct).not.toEqual(expected);
  expect(await seenBy(throughLmcp(server))).toEqual(expected);
});
