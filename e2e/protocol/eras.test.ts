import {
  Client as ClientV2,
  StreamableHTTPClientTransport as TransportV2,
  type VersionNegotiationMode,
} from '@modelcontextprotocol/client';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
  LoggingMessageNotificationSchema,
  ProgressNotificationSchema,
  PromptListChangedNotificationSchema,
  ResourceUpdatedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { conformanceServer, startFixture, type RunningFixture } from '../conformance/directFixture.ts';
import { sleep, TestGateway, until } from '../harness/gateway.ts';
import { callerNamed, rpc, credentialsOf } from '../harness/rpc.ts';
import { openListenStream } from '../harness/listen.ts';

const red = callerNamed('red');
const blue = callerNamed('blue');
const frugal = callerNamed('frugal');
type Who = typeof red;
const stdio = (...args: string[]) => ({
  transport: 'stdio',
  command: process.execPath,
  args: [conformanceServer, ...args],
});
let legacyHttp: RunningFixture;
let modernHttp: RunningFixture;
let gateway: TestGateway;
let registry: { clients: Record<'red' | 'blue' | 'frugal', object>; servers: Record<string, unknown> };

beforeAll(async () => {
  [legacyHttp, modernHttp] = await Promise.all([
    startFixture('--era', 'legacy'),
    startFixture('--era', 'modern'),
  ]);
  const servers = {
    dual: stdio(),
    modern: stdio('--era', 'modern'),
    'modern-http': { transport: 'http', url: modernHttp.url },
    'legacy-http': { transport: 'http', url: legacyHttp.url },
    shared: { ...stdio(), scope: 'shared' },
  };
  const allow_servers = Object.keys(servers);
  registry = {
    clients: {
      red: { token: red.token, allow_servers },
      blue: { token: blue.token, allow_servers: ['dual', 'shared'] },
      frugal: { token: frugal.token, allow_servers: ['dual'], rate_limit_rpm: 4 },
    },
    servers,
  };
  gateway = await TestGateway.start(registry);
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  legacyHttp.stop();
  modernHttp.stop();
});

const root = { uri: 'file:///home/red', name: 'home' };
const said = (who: string) => ({
  role: 'assistant' as const,
  content: { type: 'text' as const, text: `said by ${who}` },
  model: 'none',
});

/** A client with a handshake that answers whatever it is asked, and notes it. */
function legacyClient(who: Who): { client: ClientV1; asked: string[] } {
  const capabilities = { sampling: {}, elicitation: {}, roots: { listChanged: true } };
  const client = new ClientV1({ name: who.id, version: '1' }, { capabilities });
  const asked: string[] = [];
  client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
    asked.push(params.message);
    return { action: 'accept', content: { name: who.id, response: who.id, ok: true } };
  });
  client.setRequestHandler(CreateMessageRequestSchema, () => {
    asked.push('sampling');
    return said(who.id);
  });
  client.setRequestHandler(ListRootsRequestSchema, () => {
    asked.push('roots');
    return { roots: [root] };
  });
  return { client, asked };
}

async function connectLegacy(who: Who, path: string) {
  const { client, asked } = legacyClient(who);
  const requestInit = { headers: credentialsOf(who) };
  await client.connect(new TransportV1(new URL(`${gateway.origin}${path}`), { requestInit }));
  return { client, asked };
}

async function connectModern(who: Who, path: string, mode: VersionNegotiationMode) {
  const capabilities = { sampling: {}, elicitation: { form: {} }, roots: {} };
  const client = new ClientV2({ name: who.id, version: '2' }, { capabilities, versionNegotiation: { mode } });
  const asked: string[] = [];
  client.setRequestHandler('elicitation/create', ({ params }) => {
    asked.push(params.message);
    return { action: 'accept', content: { name: who.id, response: who.id } };
  });
  client.setRequestHandler('sampling/createMessage', () => {
    asked.push('sampling');
    return said(who.id);
  });
  client.setRequestHandler('roots/list', () => {
    asked.push('roots');
    return { roots: [root] };
  });
  const requestInit = { headers: credentialsOf(who) };
  await client.connect(new TransportV2(new URL(`${gateway.origin}${path}`), { requestInit }));
  return { client, asked };
}

const textOf = (result: unknown): string =>
  (result as { content: { text?: string }[] }).content.map(({ text }) => text ?? '').join('');

describe('a client with a handshake', () => {
  test.each(['modern', 'modern-http'])('is asked what a stateless server needs: %s', async (server) => {
    const { client, asked } = await connectLegacy(red, `/mcp/${server}`);
    const result = await client.callTool({ name: 'test_input_required_result_multiple_inputs' });
    expect(textOf(result)).toBe('got user_name, greeting, client_roots');
    expect(asked).toEqual(['What is your name?', 'sampling', 'roots']);
    expect(result).not.toHaveProperty('resultType');
    const rounds = await client.callTool({ name: 'test_input_required_result_multi_round' });
    expect(textOf(rounds)).toBe('all rounds done');
    await client.close();
  });

  test.each(['dual', 'legacy-http'])('is asked by a server of its era: %s', async (server) => {
    const { client, asked } = await connectLegacy(red, `/mcp/${server}`);
    expect(textOf(await client.callTool({ name: 'test_roots' }))).toBe(JSON.stringify([root]));
    expect(textOf(await client.callTool({ name: 'test_elicitation' }))).toContain('"response":"red"');
    expect(textOf(await client.callTool({ name: 'test_sampling' }))).toBe('LLM response: said by red');
    expect(asked).toEqual(['roots', 'Your answer?', 'sampling']);
    await client.close();
  });

  test('that declares no capabilities gets no requests from servers', async () => {
    const client = new ClientV1({ name: 'mute', version: '1' });
    const requestInit = { headers: credentialsOf(red) };
    await client.connect(new TransportV1(new URL(`${gateway.origin}/mcp/dual`), { requestInit }));
    expect(await client.callTool({ name: 'test_elicitation' })).toMatchObject({ isError: true });
    await client.close();
  });

  test('gets log messages from the requested level up', async () => {
    const { client } = await connectLegacy(red, '/mcp/dual');
    const heard: unknown[] = [];
    client.setNotificationHandler(
      LoggingMessageNotificationSchema,
      ({ params }) => void heard.push(params.data),
    );
    await client.callTool({ name: 'test_tool_with_logging' });
    expect(heard).toHaveLength(3);
    await client.setLoggingLevel('error');
    await client.callTool({ name: 'test_tool_with_logging' });
    expect(heard).toHaveLength(3);
    await client.close();
  });

  test('gets the capabilities of its own server', async () => {
    const { client } = await connectLegacy(red, '/mcp/dual');
    expect(client.getInstructions()).toBe('A server with something of everything.');
    expect(client.getServerCapabilities()).toMatchObject({ resources: { subscribe: true }, completions: {} });
    expect(client.getServerCapabilities()).not.toHaveProperty('tasks');
    await client.close();
  });
});

describe('a stateless client', () => {
  test.each(['auto', { pin: '2026-07-28' }] as const)(
    'reaches a server with a handshake, mode %j',
    async (mode) => {
      const { client, asked } = await connectModern(red, '/mcp/legacy-http', mode);
      expect(client.getNegotiatedProtocolVersion()).toBe('2026-07-28');
      expect(textOf(await client.callTool({ name: 'test_elicitation' }))).toContain('"response":"red"');
      expect(textOf(await client.callTool({ name: 'test_sampling' }))).toBe('LLM response: said by red');
      expect(textOf(await client.callTool({ name: 'test_roots' }))).toBe(JSON.stringify([root]));
      expect(asked).toEqual(['Your answer?', 'sampling', 'roots']);
      await client.close();
    },
  );

  test.each(['dual', 'modern', 'modern-http'])('reaches a stateless server: %s', async (server) => {
    const { client, asked } = await connectModern(red, `/mcp/${server}`, { pin: '2026-07-28' });
    const result = await client.callTool({ name: 'test_input_required_result_multi_round' });
    expect(textOf(result)).toBe('all rounds done');
    expect(asked).toEqual(['Step 1', 'Step 2']);
    const region = { name: 'test_mirrored_parameter', arguments: { region: 'Köln' } };
    expect(textOf(await client.callTool(region))).toContain('Köln');
    await client.close();
  });

  test.each(['dual', 'modern-http'])(
    'is rejected where a header says another argument: %s',
    async (server) => {
      const name = 'test_mirrored_parameter';
      const meta = {
        'io.modelcontextprotocol/protocolVersion': '2026-07-28',
        'io.modelcontextprotocol/clientCapabilities': {},
      };
      const call = (region: string | undefined) => {
        const standard = {
          'MCP-Protocol-Version': '2026-07-28',
          'Mcp-Method': 'tools/call',
          'Mcp-Name': name,
        };
        const headers = region === undefined ? standard : { ...standard, 'Mcp-Param-Region': region };
        const params = { name, arguments: { region: 'eu' }, _meta: meta };
        return rpc(gateway, red, 'tools/call', params, { path: `/mcp/${server}`, headers });
      };
      expect(textOf((await call('eu')).body.result)).toContain('eu');
      for (const region of ['us', '=?base64?dXM=?=', '', undefined]) {
        expect((await call(region)).body.error?.code).toBe(-32020);
      }
    },
  );

  test('that closes its response has cancelled the call', async () => {
    const { client } = await connectModern(red, '/mcp/dual', { pin: '2026-07-28' });
    const abort = new AbortController();
    const call = client.callTool({ name: 'test_hang' }, { signal: abort.signal });
    call.catch(() => undefined);
    const lines = async (event: string) =>
      (await gateway.audit()).filter((line) => line.event === event && line.tool_name === 'test_hang');
    await until('the call is decided', async () => (await lines('tool_authz')).length > 0);
    abort.abort();
    await expect(call).rejects.toThrow();
    await until('the outcome is logged', async () =>
      (await lines('tool_result')).some(({ detail }) => detail?.['outcome'] === 'cancelled'),
    );
    await client.close();
  });

  test('can take up no call but its own', async () => {
    const meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientCapabilities': { elicitation: {} },
    };
    const name = 'test_elicitation';
    const headers = { 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': 'tools/call', 'Mcp-Name': name };
    // The shared server's questions belong to nobody, so this needs one that asks its own client.
    const call = (who: Who, path: string, more: object) =>
      rpc(gateway, who, 'tools/call', { name, arguments: {}, _meta: meta, ...more }, { path, headers });
    const first = await call(red, '/mcp/legacy-http', {});
    const { requestState, inputRequests } = first.body.result as {
      requestState: string;
      inputRequests: object;
    };
    expect(Object.values(inputRequests)).toMatchObject([{ method: 'elicitation/create' }]);
    const inputResponses = Object.fromEntries(
      Object.keys(inputRequests).map((key) => [key, { action: 'accept', content: { response: 'x' } }]),
    );
    const stolen = await call(blue, '/mcp/dual', { requestState, inputResponses });
    expect(stolen.body.error?.code).toBe(-32602);
    const other = await call(red, '/mcp/legacy-http', {
      requestState,
      inputResponses,
      arguments: { message: 'y' },
    });
    expect(other.body.error?.code).toBe(-32602);
    const taken = await call(red, '/mcp/legacy-http', { requestState, inputResponses });
    expect(JSON.stringify(taken.body.result)).toContain('action=accept');
    const again = await call(red, '/mcp/legacy-http', { requestState, inputResponses });
    expect(again.body.error?.code).toBe(-32602);
  });
});

/** The events of a `subscriptions/listen` as they come. */
async function listen(who: Who, notifications: object) {
  const stream = await openListenStream(gateway, who, notifications);
  const heard: { method: string; params: Record<string, unknown> }[] = [];
  const ended = (async () => {
    for await (const chunk of stream.body!.pipeThrough(new TextDecoderStream())) {
      for (const [, data] of chunk.matchAll(/^data: (.+)$/gm))
        heard.push(JSON.parse(data!) as (typeof heard)[0]);
    }
    return 'ended';
  })();
  await until('it is acknowledged', () => heard.length > 0);
  return { heard, ended };
}

describe('the stream of a stateless client', () => {
  const uri = 'lmcp:dual/test://watched-resource';

  test('takes a rate-limit token for each resource, and subscribes only to resources with a token', async () => {
    const { heard } = await listen(frugal, { resourceSubscriptions: Array<string>(6).fill(uri) });
    const { notifications } = heard[0]!.params as { notifications: { resourceSubscriptions: string[] } };
    expect(notifications.resourceSubscriptions).toEqual([uri, uri, uri]);
    expect((await rpc(gateway, frugal, 'ping')).body.error?.code).toBe(-32009);
    const lines = (await gateway.audit()).filter(({ client_id: client }) => client === 'frugal');
    const over = lines
      .filter(({ event }) => event === 'rate_limited')
      .map(({ detail }) => detail?.['method']);
    expect(over).toEqual(['subscriptions/listen', 'ping']);
  });

  test('notifies only of subscribed changes, and only of allowed servers', async () => {
    const resourceSubscriptions = [uri, 'lmcp:modern/test://watched-resource', 'bogus'];
    const { heard } = await listen(blue, { resourceSubscriptions, promptsListChanged: true });
    expect(heard[0]).toMatchObject({
      method: 'notifications/subscriptions/acknowledged',
      params: { notifications: { resourceSubscriptions: [uri], promptsListChanged: true } },
    });
    const { client } = await connectModern(blue, '/mcp', { pin: '2026-07-28' });
    await client.callTool({ name: 'dual__test_trigger_tool_change' });
    await client.callTool({ name: 'dual__test_touch_resource' });
    await client.callTool({ name: 'dual__test_trigger_prompt_change' });
    await until('both are told', () => heard.length > 2);
    expect(heard.slice(1).map(({ method }) => method)).toEqual([
      'notifications/resources/updated',
      'notifications/prompts/list_changed',
    ]);
    expect(heard[1]?.params['uri']).toBe(uri);
    for (const { params } of heard)
      expect(params['_meta']).toMatchObject({ 'io.modelcontextprotocol/subscriptionId': 'l1' });
    await client.close();
  });

  test('ends with the token that opened it', async () => {
    const { ended } = await listen(blue, { toolsListChanged: true });
    const { client } = await connectLegacy(blue, '/mcp');
    await gateway.writeRegistry({
      ...registry,
      clients: { ...registry.clients, blue: { ...registry.clients.blue, token: 'another-token-0123456789' } },
    });
    const late = sleep(20_000).then(() => 'still open');
    expect(await Promise.race([ended, late])).toBe('ended');
    await expect(client.ping()).rejects.toThrow();
    await gateway.writeRegistry(registry);
    const accepted = async () => (await rpc(gateway, blue, 'ping')).body.result !== undefined;
    await until('the token is back', accepted);
  });
});

describe('everything together, on /mcp', () => {
  test('resources: listed under URIs of their own, read, filled in, listened to', async () => {
    const { client } = await connectLegacy(blue, '/mcp');
    let uris: string[] = [];
    // One that takes longer to start than the list waits comes with the next.
    await until('both are in the list', async () => {
      uris = (await client.listResources()).resources.map(({ uri }) => uri);
      return ['dual', 'shared'].every((server) => uris.some((uri) => uri.startsWith(`lmcp:${server}/`)));
    });
    expect(uris).toContain('lmcp:dual/test://static-text');
    expect(uris).toContain('lmcp:shared/test://static-text');
    expect(uris.some((uri) => uri.startsWith('lmcp:modern'))).toBe(false);
    const { contents } = await client.readResource({ uri: 'lmcp:dual/test://static-text' });
    expect(contents).toMatchObject([{ uri: 'lmcp:dual/test://static-text', mimeType: 'text/plain' }]);
    const [template] = (await client.listResourceTemplates()).resourceTemplates;
    expect(template?.uriTemplate).toBe('lmcp:dual/test://template/{id}/data');
    const filled = await client.readResource({ uri: 'lmcp:dual/test://template/7/data' });
    expect(JSON.stringify(filled)).toContain('Data for ID: 7');
    const link = await client.callTool({ name: 'dual__test_resource_link' });
    expect(link.content).toMatchObject([{ uri: 'lmcp:dual/test://static-text' }]);

    const changed: string[] = [];
    client.setNotificationHandler(
      ResourceUpdatedNotificationSchema,
      ({ params }) => void changed.push(params.uri),
    );
    const uri = 'lmcp:dual/test://watched-resource';
    await client.subscribeResource({ uri });
    await client.callTool({ name: 'dual__test_touch_resource' });
    await until('the change is told', () => changed.length > 0);
    expect(changed).toEqual([uri]);
    await client.unsubscribeResource({ uri });
    await client.callTool({ name: 'dual__test_touch_resource' });
    await client.callTool({ name: 'dual__test_simple_text' });
    expect(changed).toEqual([uri]);
    await expect(client.readResource({ uri: 'lmcp:modern/test://static-text' })).rejects.toMatchObject({
      code: -32003,
    });
    await expect(client.readResource({ uri: 'test://static-text' })).rejects.toMatchObject({ code: -32602 });
    await client.close();
  });

  test('prompts and completion', async () => {
    const { client } = await connectLegacy(blue, '/mcp');
    const names = (await client.listPrompts()).prompts.map(({ name }) => name);
    expect(names).toContain('dual__test_simple_prompt');
    const prompt = await client.getPrompt({
      name: 'dual__test_prompt_with_arguments',
      arguments: { arg1: 'a', arg2: 'b' },
    });
    expect(JSON.stringify(prompt)).toContain("arg1='a', arg2='b'");
    const completed = await client.complete({
      ref: { type: 'ref/prompt', name: 'dual__test_prompt_with_arguments' },
      argument: { name: 'arg1', value: 'par' },
    });
    expect(completed.completion.values).toEqual(['paris', 'park', 'party']);
    const template = await client.complete({
      ref: { type: 'ref/resource', uri: 'lmcp:dual/test://template/{id}/data' },
      argument: { name: 'id', value: '4' },
    });
    expect(template.completion.values).toEqual(['456']);
    await client.close();
  });

  test('announces a list change only to the client whose server instance sent it', async () => {
    const [mine, theirs] = [await connectLegacy(blue, '/mcp'), await connectLegacy(red, '/mcp')];
    const heard: string[] = [];
    for (const [who, { client }] of Object.entries({ mine, theirs }))
      client.setNotificationHandler(PromptListChangedNotificationSchema, () => void heard.push(who));
    await mine.client.callTool({ name: 'dual__test_trigger_prompt_change' });
    await until('it is heard', () => heard.length > 0);
    expect(heard).toEqual(['mine']);
    await Promise.all([mine.client.close(), theirs.client.close()]);
  });

  test('logs decision and outcome of a read, a prompt and a completion, without their content', async () => {
    const before = (await gateway.audit()).length;
    const path = '/mcp/dual';
    await rpc(gateway, blue, 'resources/read', { uri: 'test://static-text' }, { path });
    await rpc(gateway, blue, 'prompts/get', { name: 'test_simple_prompt' }, { path });
    const ref = { type: 'ref/prompt', name: 'test_prompt_with_arguments' };
    await rpc(
      gateway,
      blue,
      'completion/complete',
      { ref, argument: { name: 'arg1', value: 'par' } },
      { path },
    );
    const lines = (await gateway.audit()).slice(before);
    for (const [method, about] of [
      ['resources/read', { resource: 'test://static-text' }],
      ['prompts/get', { prompt: 'test_simple_prompt' }],
      ['completion/complete', { prompt: 'test_prompt_with_arguments' }],
    ] as const) {
      const of = lines.filter(({ detail }) => detail?.['method'] === method);
      const events = of
        .filter(({ event }) => event !== 'server_start')
        .map(({ event, allowed }) => [event, allowed]);
      expect(events).toEqual([
        ['server_auth', true],
        ['tool_authz', true],
        ['tool_result', null],
      ]);
      expect(of.every(({ call }) => call === of[0]?.call)).toBe(true);
      expect(of.at(-1)?.detail).toMatchObject({ ...about, outcome: 'ok' });
    }
    expect(JSON.stringify(lines)).not.toContain('paris');
  });
});

describe('isolation', () => {
  test('a request goes only to the client whose call is in flight', async () => {
    const [one, other] = [await connectLegacy(red, '/mcp'), await connectLegacy(blue, '/mcp')];
    const results = await Promise.all(
      [one, other].flatMap(({ client }) =>
        Array.from({ length: 5 }, () => client.callTool({ name: 'dual__test_elicitation' })),
      ),
    );
    expect(results.slice(0, 5).every((result) => textOf(result).includes('"response":"red"'))).toBe(true);
    expect(results.slice(5).every((result) => textOf(result).includes('"response":"blue"'))).toBe(true);
    expect([one.asked.length, other.asked.length]).toEqual([5, 5]);
    await Promise.all([one.client.close(), other.client.close()]);
  });

  test('a server that clients share can ask none of them', async () => {
    const { client, asked } = await connectLegacy(blue, '/mcp/shared');
    expect(await client.callTool({ name: 'test_elicitation' })).toMatchObject({ isError: true });
    expect(asked).toEqual([]);
    await client.close();
  });
});

describe('the transport of 2024-11-05', () => {
  test.each([
    ['/sse', 'dual__', false],
    ['/sse/dual', '', false],
    ['/sse', 'dual__', true],
  ])('%s, tools named %s…, credentials in the query: %s', async (path, prefix, inQuery) => {
    const { client, asked } = legacyClient(blue);
    const query = inQuery ? `?client_id=${blue.id}&token=${blue.token}` : '';
    const headers = inQuery ? {} : credentialsOf(blue);
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- real clients still use it
    const transport = new SSEClientTransport(new URL(`${gateway.origin}${path}${query}`), {
      requestInit: { headers },
      eventSourceInit: {
        fetch: (url, init) => fetch(url, { ...init, headers: { ...headers, Accept: 'text/event-stream' } }),
      },
    });
    await client.connect(transport);
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain(`${prefix}test_simple_text`);
    const progress: number[] = [];
    // Not by onprogress: the SDK drops that with the answer, which may come in one piece with the last of it.
    client.setNotificationHandler(ProgressNotificationSchema, ({ params }) => {
      progress.push(params.progress);
    });
    const _meta = { progressToken: 7 };
    await client.callTool({ name: `${prefix}test_tool_with_progress`, _meta });
    await until('all of it has come', () => progress.length >= 3);
    expect(progress).toEqual([0, 50, 100]);
    expect(textOf(await client.callTool({ name: `${prefix}test_elicitation` }))).toContain(
      '"response":"blue"',
    );
    expect(asked).toEqual(['Your answer?']);
    await client.close();
  });

  test('requires credentials for a stream, which only its own client can read', async () => {
    expect((await fetch(`${gateway.origin}/sse`)).status).toBe(401);
    const abort = new AbortController();
    const stream = await fetch(`${gateway.origin}/sse`, {
      headers: credentialsOf(blue),
      signal: abort.signal,
    });
    const first = await stream.body!.getReader().read();
    const text = new TextDecoder().decode(first.value as Uint8Array);
    const address = /data: (\S+)/.exec(text)?.[1] ?? '';
    expect(address).toMatch(/^\/messages\?session_id=[A-Za-z0-9_-]{32}$/);
    const post = (headers: Record<string, string>) =>
      fetch(`${gateway.origin}${address}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...headers },
        body: JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' }),
      });
    expect((await post(credentialsOf(blue))).status).toBe(202);
    expect((await post(credentialsOf(red))).status).toBe(404);
    expect((await post({})).status).toBe(401);
    abort.abort();
  });

  test('a client has at most 125 streams at a time: its own longest unused ones end', async () => {
    const abort = new AbortController();
    const open = () => fetch(`${gateway.origin}/sse`, { headers: credentialsOf(blue), signal: abort.signal });
    let ended = 0;
    const read = (stream: Response): Promise<unknown> =>
      stream.text().then(
        () => (ended += 1),
        () => 'aborted',
      );
    const reading: Promise<unknown>[] = [];
    for (let i = 0; i < 150; i++) {
      const stream = await open();
      expect(stream.status).toBe(200);
      reading.push(read(stream));
    }
    await until('the oldest have ended', () => ended >= 25);
    expect(ended).toBe(25);
    abort.abort();
    await Promise.all(reading);
  });
});
