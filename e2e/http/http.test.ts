import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sleep, TestGateway, until } from '../harness/gateway.ts';
import { callerNamed, credentialsOf, post, rpc } from '../harness/rpc.ts';
import { fixture } from '../harness/servers.ts';
import { openSocket } from '../harness/socket.ts';

const vscode = callerNamed('vscode');
const managementToken = 'management-token-0123456789';
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await TestGateway.start({
    lmcp: { management_token: managementToken, allowed_origins: ['https://board.example'] },
    clients: { vscode: { token: vscode.token, allow_servers: ['plain'] } },
    servers: { plain: fixture('plain-server.ts'), other: fixture('plain-server.ts') },
  });
});
afterAll(() => gateway[Symbol.asyncDispose]());

/** A request with headers that fetch would not send. */
function raw(
  path: string,
  headers: Record<string, string>,
  method = 'GET',
): Promise<{ status: number; text: string; headers: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ host: '127.0.0.1', port: gateway.port, path, method, headers }, (answer) => {
      let text = '';
      answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text, headers: answer.headers }));
    });
    sent.on('error', reject);
    sent.end();
  });
}

/** Bytes straight to the socket; gives what comes back until the gateway closes. */
function bytes(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(gateway.port, '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.on('data', (chunk: Buffer) => {
      answer += chunk.toString();
      if (answer.includes('\r\n\r\n')) setTimeout(() => socket.destroy(), 50);
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

test('/health says that it is well', async () => {
  const answer = await fetch(`${gateway.origin}/health`);
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual({ ok: true, service: 'lmcp', version: expect.any(String) as string });
});

test('/describe gives counts and the address, nothing else', async () => {
  expect(await (await fetch(`${gateway.origin}/describe`)).json()).toEqual({
    service: 'lmcp',
    version: expect.any(String) as string,
    host: '127.0.0.1',
    port: gateway.port,
    loopback_only: true,
    client_count: 1,
    server_count: 2,
  });
});

interface Status {
  readonly status: {
    readonly clients: unknown[];
    readonly servers: Record<string, unknown>[];
    readonly recent_audit_entries: Record<string, unknown>[];
  } & Record<string, unknown>;
}

test('/status tells everybody little, and management all but secrets', async () => {
  await rpc(gateway, vscode, 'tools/call', { name: 'plain__echo', arguments: {} });
  const everybody = await (await fetch(`${gateway.origin}/status`)).text();
  for (const hidden of ['vscode', 'plain-server.ts', 'node', gateway.folder, vscode.token, managementToken]) {
    expect(everybody).not.toContain(hidden);
  }
  const open = (JSON.parse(everybody) as Status).status;
  expect(open).toMatchObject({
    status_version: 4,
    service: 'lmcp',
    port: gateway.port,
    loopback_only: true,
    management: 'enabled',
    registry: { valid: true },
    audit: { ok: true },
    client_count: 1,
    server_count: 2,
    clients: [],
  });
  expect(open.servers[0]).toMatchObject({
    server_id: 'plain',
    transport: 'stdio',
    runtime: 'process',
    state: 'ready',
    tool_policy_mode: 'allow_all',
    timeouts: {
      initialize_s: 90,
      tools_list_s: 90,
      tools_call_s: 180,
      tools_call_max_s: 3600,
      retry_on_timeout: 0,
      retry_backoff_s: 1,
    },
  });
  expect(open.recent_audit_entries.every((line) => line['client_id'] === null && !('detail' in line))).toBe(
    true,
  );
  const headers = { 'X-Lmcp-Management-Token': managementToken };
  const text = await (await fetch(`${gateway.origin}/status?limit=500`, { headers })).text();
  const whole = (JSON.parse(text) as Status).status;
  expect(whole.clients).toEqual([
    {
      client_id: 'vscode',
      token_status: 'set',
      allow_servers: ['plain'],
      rate_limit_rpm: null,
      last_seen: expect.any(String) as string,
      tools: 'all',
      tool_search: { searches: 0, found: 0, missed: 0 },
    },
  ]);
  expect(whole.recent_audit_entries.some((line) => line['client_id'] === 'vscode')).toBe(true);
  expect(text).not.toContain(vscode.token);
  expect(text).not.toContain(managementToken);
});

test.each(['-1', '501', 'many', '1.5', '', '1&limit=2', '9999999999999'])(
  '/status?limit=%s is rejected',
  async (limit) => {
    const answer = await fetch(`${gateway.origin}/status?limit=${limit}`);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ ok: false, error: 'invalid_limit' });
  },
);

test('a wrong management token is rejected and logged; a client token is none', async () => {
  for (const token of ['wrong', vscode.token]) {
    const answer = await fetch(`${gateway.origin}/status`, { headers: { 'X-Lmcp-Management-Token': token } });
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ error: 'management_unauthorized' });
  }
  expect(
    await fetch(`${gateway.origin}/status?management_token=${managementToken}`).then((a) => a.json()),
  ).toMatchObject({
    status: { clients: [] },
  });
  expect((await gateway.audit()).at(-1)).toMatchObject({ event: 'management_auth', allowed: false });
});

test.each(['evil.example', 'evil@127.0.0.1', '0x7f.1', '127.0.0.1.nip.io', 'localhost', '127.0.0.1:1'])(
  'Host %s is rejected on every route',
  async (host) => {
    const Host = host.includes(':') || host === 'localhost' ? host : `${host}:${gateway.port}`;
    for (const path of ['/health', '/mcp', '/status', '/ui', '/nothing']) {
      const answer = await raw(path, { Host });
      expect([path, answer.status]).toEqual([path, 403]);
      expect(JSON.parse(answer.text)).toMatchObject({ ok: false, error: 'host_not_allowed' });
    }
  },
);

test('a Host is compared without case', async () => {
  const answer = await raw('/health', { Host: `LOCALHOST:${gateway.port}` });
  expect(answer.status).toBe(200);
});

test('no Host and two Hosts are rejected', async () => {
  expect(await bytes('GET /health HTTP/1.1\r\n\r\n')).toMatch(/^HTTP\/1.1 403 /);
  const host = `Host: 127.0.0.1:${gateway.port}\r\n`;
  expect(await bytes(`GET /health HTTP/1.1\r\n${host}${host}\r\n`)).toMatch(/^HTTP\/1.1 40[03] /);
});

test.each(['https://evil.example', 'null', 'http://localhost:1', 'http://127.0.0.1'])(
  'Origin %s is rejected on every route',
  async (origin) => {
    for (const path of ['/health', '/mcp', '/events']) {
      const answer = await fetch(`${gateway.origin}${path}`, { headers: { Origin: origin } });
      expect(answer.status).toBe(403);
    }
  },
);

test('an allowed origin may read, and is told so', async () => {
  const answer = await fetch(`${gateway.origin}/health`, { headers: { Origin: 'https://board.example' } });
  expect(answer.headers.get('access-control-allow-origin')).toBe('https://board.example');
  const own = await fetch(`${gateway.origin}/health`, { headers: { Origin: gateway.origin } });
  expect([own.status, own.headers.get('access-control-allow-origin')]).toEqual([200, null]);
});

test.each([
  ['GET', '/.well-known/oauth-protected-resource', 404],
  ['POST', '/register', 404],
  ['GET', '/nothing', 404],
  ['POST', '/health', 405],
  ['PUT', '/mcp', 405],
  ['GET', '//mcp', 404],
  ['GET', '/MCP', 404],
])('%s %s is answered %i in JSON immediately', async (method, path, status) => {
  const answer = await raw(path, { Host: `127.0.0.1:${gateway.port}` }, method);
  expect(answer.status).toBe(status);
  expect(JSON.parse(answer.text)).toMatchObject({ ok: false });
});

const url = () => `${gateway.origin}/mcp?client_id=vscode&token=${vscode.token}`;

test('a body over 1 MiB is rejected, declared or chunked', async () => {
  const large = JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'ping',
    params: { x: 'x'.repeat(1024 * 1024) },
  });
  const declared = await post(url(), large);
  expect([declared.status, JSON.parse(declared.text)]).toEqual([
    413,
    {
      ok: false,
      error: 'request_too_large',
      message: 'a request body may have at most 1 MiB: send less, or raise lmcp.max_body_mib',
    },
  ]);
  const stream = new ReadableStream({
    start(controller) {
      for (let i = 0; i < 20; i++) controller.enqueue(new TextEncoder().encode('x'.repeat(100_000)));
      controller.close();
    },
  });
  const options = {
    method: 'POST',
    body: stream,
    duplex: 'half',
    headers: { 'Content-Type': 'application/json' },
  };
  const status = await fetch(url(), options as RequestInit).then(
    (answer) => answer.status,
    () => 413,
  );
  expect(status).toBe(413);
  const fits = JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'ping',
    params: { x: 'x'.repeat(1024 * 1024 - 100) },
  });
  expect((await post(url(), fits)).body.result).toEqual({});
});

test.each([
  ['not JSON', '{', {}, 400, -32700],
  ['not UTF-8', '{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":"\xff"}}', {}, 400, undefined],
  ['text/plain', '{"jsonrpc":"2.0","id":1,"method":"ping"}', { 'Content-Type': 'text/plain' }, 415, -32700],
  [
    'text/plain with JSON as a parameter',
    '{"jsonrpc":"2.0","id":1,"method":"ping"}',
    { 'Content-Type': 'text/plain; application/json' },
    415,
    -32700,
  ],
  ['no message', '[]', {}, 400, -32600],
  ['a wrong version', '{"jsonrpc":"1.0","id":1,"method":"ping"}', {}, 400, -32600],
  ['null', 'null', {}, 400, -32600],
  ['a depth bomb', `${'['.repeat(400_000)}${']'.repeat(400_000)}`, {}, 400, undefined],
])('a body that is %s is rejected', async (what, body, headers, status, code) => {
  const answer = await fetch(url(), {
    method: 'POST',
    body: what === 'not UTF-8' ? Buffer.from(body, 'latin1') : body,
    headers: { 'Content-Type': 'application/json', ...(headers as Record<string, string>) },
  });
  expect(answer.status).toBe(status);
  const json = (await answer.json()) as { error: { code?: number } };
  if (code !== undefined) expect(json.error.code).toBe(code);
});

/** Of a request whose body is rejected before it is here. */
const largeHead = ({ port }: TestGateway): string =>
  `POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${vscode.token}\r\nX-Request-Id: r5\r\nContent-Length: 9999999\r\n\r\n`;

test('what is rejected at the door is logged: Host, Origin, the shape of a request, its size', async () => {
  // Rejections of the tests above may have used up the lines of this minute: a gateway of its own.
  await using quiet = await TestGateway.start({
    clients: { vscode: { token: vscode.token, allow_servers: [] } },
  });
  const ask = (headers: Record<string, string>, path = '/health', method = 'GET'): Promise<number> =>
    new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', port: quiet.port, path, method, headers };
      const sent = httpRequest(options, (answer) => resolve(answer.resume().statusCode ?? 0));
      sent.on('error', reject);
      sent.flushHeaders();
      if (method === 'GET') sent.end();
    });
  expect(await ask({ Host: 'evil.example', 'X-Request-Id': 'r1' })).toBe(403);
  expect(await ask({ Origin: 'https://evil.example', 'X-Request-Id': 'r2' })).toBe(403);
  expect(await ask({ 'X-Request-Id': 'r3' }, '/ui/%2e%2e/mcp')).toBe(400);
  expect(
    await ask(
      { ...credentialsOf(vscode), 'X-Request-Id': 'r4', 'Content-Length': '9999999' },
      '/mcp',
      'POST',
    ),
  ).toBe(413);
  // Who leaves without the rest of what was rejected has asked for nothing more.
  const socket = await openSocket(quiet, largeHead(quiet));
  socket.once('data', () => socket.end());
  await once(socket, 'close');
  expect(await ask({ Host: 'evil.example', 'X-Request-Id': 'r6' })).toBe(403);
  const lines = (await quiet.audit()).filter(({ event }) => event === 'http_rejected');
  expect(lines.map(({ allowed, reason, request_id }) => [allowed, reason, request_id])).toEqual([
    [false, 'host_not_allowed', 'r1'],
    [false, 'origin_not_allowed', 'r2'],
    [false, 'malformed_request', 'r3'],
    [false, 'request_too_large', 'r4'],
    [false, 'request_too_large', 'r5'],
    [false, 'host_not_allowed', 'r6'],
  ]);
});

test('answers are what they say, and are not kept', async () => {
  const abort = new AbortController();
  for (const path of ['/health', '/status', '/describe', '/nothing', '/events']) {
    const { headers } = await fetch(`${gateway.origin}${path}`, { signal: abort.signal });
    expect([path, headers.get('x-content-type-options')]).toEqual([path, 'nosniff']);
    expect([path, headers.get('cache-control')]).toEqual([path, 'no-store']);
  }
  abort.abort();
  const { headers } = await rpc(gateway, vscode, 'ping');
  expect([headers.get('x-content-type-options'), headers.get('cache-control')]).toEqual([
    'nosniff',
    'no-store',
  ]);
});

test('a malformed length is a 400', async () => {
  const head = `POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:${gateway.port}\r\nContent-Type: application/json\r\n`;
  expect(await bytes(`${head}Content-Length: abc\r\n\r\n{}`)).toMatch(/^HTTP\/1.1 400 /);
  expect(await bytes(`${head}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`)).toMatch(
    /^HTTP\/1.1 400 /,
  );
});

/** Subscribes; resolves with a reader of the server-sent events that reads until `enough` says so. */
async function subscribed(
  query: string,
  headers: Record<string, string> = {},
): Promise<(enough: (text: string) => boolean) => Promise<string>> {
  const abort = new AbortController();
  const answer = await fetch(`${gateway.origin}/events${query}`, { headers, signal: abort.signal });
  return async (enough) => {
    let text = '';
    for await (const chunk of answer.body ?? []) {
      text += Buffer.from(chunk as Uint8Array).toString();
      if (enough(text)) break;
    }
    abort.abort();
    return text;
  };
}

test('/events streams decisions as they happen, filtered, without ids for everybody', async () => {
  const read = await subscribed('?event_type=client_auth');
  await rpc(gateway, vscode, 'ping');
  const text = await read((seen) => seen.includes('data:'));
  expect(text).toMatch(/^event: client_auth\nid: \d+\ndata: \{.*"client_id":null.*\}\n\n/);
  expect(text).not.toContain('vscode');
  expect(text).not.toContain('detail');
});

test('/events replays after Last-Event-ID, whole for management', async () => {
  const from = (await gateway.audit()).length;
  await rpc(gateway, vscode, 'ping');
  const headers = { 'X-Lmcp-Management-Token': managementToken, 'Last-Event-ID': String(from) };
  const read = await subscribed('', headers);
  const text = await read((seen) => seen.includes('client_auth'));
  expect(text).toContain('"client_id":"vscode"');
  expect(text).toContain(`id: ${from + 1}\n`);
});

test('an unknown event type is rejected with the list of those that exist', async () => {
  const answer = await fetch(`${gateway.origin}/events?event_type=nonesuch`);
  expect(answer.status).toBe(400);
  expect(await answer.text()).toContain('client_auth');
});

test('50 subscribers at most, with places kept for management; a place is free again when its reader goes', async () => {
  // Held on to: what nobody holds is closed by the garbage collector.
  const streams: Response[] = [];
  const subscribe = async (headers: Record<string, string> = {}): Promise<number> => {
    const stream = await fetch(`${gateway.origin}/events`, { headers });
    streams.push(stream);
    return stream.status;
  };
  const leave = () => Promise.all(streams.splice(0).map(async ({ body }) => body?.cancel()));
  const everybody = [];
  for (let i = 0; i < 50; i++) everybody.push(await subscribe());
  expect(everybody.filter((status) => status === 200)).toHaveLength(40);
  expect(everybody.at(-1)).toBe(503);
  const management = [];
  for (let i = 0; i < 11; i++)
    management.push(await subscribe({ 'X-Lmcp-Management-Token': managementToken }));
  expect(management).toEqual([...Array<number>(10).fill(200), 503]);
  await leave();
  await until('a place is free', async () => (await subscribe()) === 200);
  await leave();
});

test('credential checks: the answer, and ten a minute for all together', async () => {
  const credentials = `client_id=vscode&token=${vscode.token}`;
  const status = async (path: string): Promise<number> => (await fetch(`${gateway.origin}${path}`)).status;
  expect(await status(`/auth-check?${credentials}`)).toBe(200);
  expect(await status('/auth-check?client_id=vscode&token=wrong')).toBe(401);
  expect(await status('/auth-check?client_id=nobody&token=wrong')).toBe(401);
  expect(await status(`/server-check?server_id=plain&${credentials}`)).toBe(200);
  expect(await status(`/server-check?server_id=other&${credentials}`)).toBe(403);
  expect(await status(`/server-check?server_id=nonesuch&${credentials}`)).toBe(403);
  expect(await status(`/server-check?${credentials}`)).toBe(400);
  let late = await fetch(`${gateway.origin}/auth-check?${credentials}`);
  // One more is accepted every six seconds.
  for (let i = 0; i < 30 && late.status === 200; i++)
    late = await fetch(`${gateway.origin}/auth-check?${credentials}`);
  expect(late.status).toBe(429);
  expect(Number(late.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await gateway.audit()).at(-1)).toMatchObject({
    event: 'rate_limited',
    reason: 'probe_limit_exceeded',
  });
});

test('while tokens are guessed a short one is rejected though it is right, and a long one accepted', async () => {
  const short = { id: 'short', token: 'fifteen-chars-1' };
  const pin = 'fifteen-chars-2';
  await using guessed = await TestGateway.start({
    lmcp: { management_token_sha256: createHash('sha256').update(pin).digest('hex') },
    clients: {
      short: { token: short.token, allow_servers: [] },
      long: { token: vscode.token, allow_servers: [] },
    },
  });
  const manage = async (): Promise<number> =>
    (await fetch(`${guessed.origin}/status`, { headers: { 'X-Lmcp-Management-Token': pin } })).status;
  const ping = async (who: typeof short): Promise<boolean> =>
    (await rpc(guessed, who, 'ping')).body.result !== undefined;
  expect([await ping(short), await manage()]).toEqual([true, 200]);
  // Without a pause: one more token may be compared each second.
  let guessing = true;
  const guesses = Array.from({ length: 100 }, async (_, i) => {
    while (guessing) await rpc(guessed, { id: 'short', token: `guess-${i}` }, 'ping');
  });
  await until('the short token is rejected', async () => !(await ping(short)));
  await until('the short management token is rejected', async () => (await manage()) !== 200);
  const long = await Promise.all(Array.from({ length: 20 }, () => ping({ id: 'long', token: vscode.token })));
  expect(long).toEqual(long.map(() => true));
  guessing = false;
  await Promise.all(guesses);
});

test('a flood of guesses neither fills the log nor delays a valid credential', async () => {
  const before = (await gateway.audit()).length;
  const honestIsFirst = async (): Promise<boolean> => {
    const guesses = Promise.all(
      Array.from({ length: 400 }, (_, i) => rpc(gateway, { id: 'vscode', token: `guess-${i}` }, 'ping')),
    );
    await sleep(50);
    // The guesses that are counted wait for a second: who waits as they do is answered after the last of them.
    const first = await Promise.race([rpc(gateway, vscode, 'ping'), guesses]);
    for (const { status, body } of await guesses)
      expect(status === 429 || body.error?.code === -32001).toBe(true);
    return 'body' in first && first.body.result !== undefined;
  };
  // Not every time: the machine may stall in that second, and one that waits with them may be the first by chance.
  let first = 0;
  for (let round = 0; round < 5; round++) if (await honestIsFirst()) first++;
  expect(first).toBeGreaterThanOrEqual(3);
  expect((await gateway.audit()).length - before).toBeLessThan(300);
});
