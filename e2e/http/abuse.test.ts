import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sleep, TestGateway, until } from '../harness/gateway.ts';
import { recorded } from '../harness/recording/recorded.ts';
import { callerNamed, credentialsOf, post, rpc } from '../harness/rpc.ts';
import { fixture } from '../harness/servers.ts';
import { exchangeBytes, openSocket } from '../harness/socket.ts';

const tester = callerNamed('tester');
const managementToken = 'management-token-0123456789';
let gateway: TestGateway;
let received: string;

beforeAll(async () => {
  gateway = await TestGateway.prepare({});
  received = join(gateway.folder, 'received');
  await gateway.writeRegistry({
    lmcp: { management_token: managementToken, allowed_origins: ['https://board.example'] },
    clients: { tester: { token: tester.token, allow_servers: ['recording'] } },
    servers: { recording: fixture('recording-server.ts', received) },
  });
  await gateway.run();
});
afterAll(() => gateway[Symbol.asyncDispose]());

const call = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name: 'recording__echo', arguments: {} },
});
const chunked = `${call.length.toString(16)}\r\n${call}\r\n0\r\n\r\n`;
const host = (): string => `Host: 127.0.0.1:${gateway.port}\r\n`;
const credentials = `X-Lmcp-Client-Id: ${tester.id}\r\nX-Lmcp-Token: ${tester.token}\r\nContent-Type: application/json\r\n`;
const mcp = (rest: string): string => `POST /mcp HTTP/1.1\r\n${host()}${credentials}${rest}`;
const length = `Content-Length: ${call.length}\r\n`;

test('the request that the abuses below are made of is accepted', async () => {
  for (const rest of [`${length}\r\n${call}`, `Transfer-Encoding: chunked\r\n\r\n${chunked}`]) {
    const before = (await recorded(received)).length;
    expect((await exchangeBytes(gateway, mcp(rest))).statuses).toEqual([200]);
    expect(await recorded(received)).toHaveLength(before + 1);
  }
});

/** Each could be one request for LMCP and another for somebody in front of it or behind. */
const smuggling: Record<string, () => string> = {
  'two lengths that differ': () => mcp(`Content-Length: 5\r\n${length}\r\n${call}`),
  'two lengths that agree': () => mcp(`${length}${length}\r\n${call}`),
  'a list of lengths': () => mcp(`Content-Length: ${call.length}, ${call.length}\r\n\r\n${call}`),
  'a length with a sign': () => mcp(`Content-Length: +${call.length}\r\n\r\n${call}`),
  'a negative length': () => mcp(`Content-Length: -1\r\n\r\n${call}`),
  'a hexadecimal length': () => mcp(`Content-Length: 0x${call.length.toString(16)}\r\n\r\n${call}`),
  'a length beyond all numbers': () => mcp(`Content-Length: 99999999999999999999999\r\n\r\n${call}`),
  'a length and chunks': () => mcp(`Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n${chunked}`),
  'chunks and a length': () => mcp(`Transfer-Encoding: chunked\r\n${length}\r\n${chunked}`),
  'a coding that looks like chunked': () => mcp(`Transfer-Encoding: xchunked\r\n\r\n${chunked}`),
  'two codings': () => mcp(`Transfer-Encoding: identity, chunked\r\n\r\n${chunked}`),
  'chunked not last': () => mcp(`Transfer-Encoding: chunked, identity\r\n\r\n${chunked}`),
  'chunked twice': () => mcp(`Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n${chunked}`),
  'a space before the colon': () => mcp(`Transfer-Encoding : chunked\r\n\r\n${chunked}`),
  'a vertical tab before chunked': () => mcp(`Transfer-Encoding: \x0bchunked\r\n\r\n${chunked}`),
  'a folded header': () => mcp(`Transfer-Encoding:\r\n chunked\r\n\r\n${chunked}`),
  'chunks in HTTP/1.0': () =>
    mcp(`Transfer-Encoding: chunked\r\n\r\n${chunked}`).replace('HTTP/1.1', 'HTTP/1.0'),
  'line ends without a carriage return': () => mcp(`${length}\r\n${call}`).replaceAll('\r\n', '\n'),
  'a lone carriage return': () => mcp(`X: a\rTransfer-Encoding: chunked\r\n${length}\r\n${call}`),
  'NUL in a header': () => mcp(`X: a\0b\r\n${length}\r\n${call}`),
  'a negative chunk': () => mcp(`Transfer-Encoding: chunked\r\n\r\n-1\r\n${call}\r\n0\r\n\r\n`),
  'a chunk size with 0x': () => mcp(`Transfer-Encoding: chunked\r\n\r\n0x${chunked}`),
  'a chunk size that overflows': () => mcp(`Transfer-Encoding: chunked\r\n\r\n1000000000000000${chunked}`),
  'a chunk longer than it says': () => mcp(`Transfer-Encoding: chunked\r\n\r\n10\r\n${call}\r\n0\r\n\r\n`),
  'chunks with bare line feeds': () =>
    mcp(`Transfer-Encoding: chunked\r\n\r\n${chunked.replaceAll('\r\n', '\n')}`),
  'an endless chunk extension': () =>
    mcp(
      `Transfer-Encoding: chunked\r\n\r\n${call.length.toString(16)};${'x'.repeat(20_000)}\r\n${call}\r\n0\r\n\r\n`,
    ),
  'HTTP/2.0': () => mcp(`${length}\r\n${call}`).replace('HTTP/1.1', 'HTTP/2.0'),
  'HTTP/0.9': () => mcp(`${length}\r\n${call}`).replace('HTTP/1.1', 'HTTP/0.9'),
  'a whole address as target': () => mcp(`${length}\r\n${call}`).replace('/mcp', 'http://evil.example/mcp'),
  'a dot segment': () => mcp(`${length}\r\n${call}`).replace('/mcp', '/ui/../mcp'),
  'an encoded dot segment': () => mcp(`${length}\r\n${call}`).replace('/mcp', '/ui/%2e%2e/mcp'),
  'a backslash': () => mcp(`${length}\r\n${call}`).replace('/mcp', '/ui\\..\\mcp'),
  'two content types': () => mcp(`Content-Type: text/plain\r\n${length}\r\n${call}`),
  'a compressed body': () => mcp(`Content-Encoding: gzip\r\n${length}\r\n${call}`),
  'another charset': () =>
    mcp(`${length}\r\n${call}`).replace('application/json', 'application/json; charset=utf-16'),
  'headers of 20 KiB': () => mcp(`X: ${'a'.repeat(20_000)}\r\n${length}\r\n${call}`),
  'four thousand headers': () => mcp(`${'a:\r\n'.repeat(4_100)}${length}\r\n${call}`),
  'an address of 20 KiB': () => mcp(`${length}\r\n${call}`).replace('/mcp', `/mcp?${'a'.repeat(20_000)}`),
  'a greeting of HTTP/2': () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'a greeting of TLS': () => '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
  'credentials in trailers': () =>
    `POST /mcp HTTP/1.1\r\n${host()}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n` +
    `${call.length.toString(16)}\r\n${call}\r\n0\r\n${credentials}\r\n`,
};

test.each(Object.keys(smuggling))('%s: rejected once, nothing forwarded', async (name) => {
  const before = (await recorded(received)).length;
  const answer = await exchangeBytes(gateway, smuggling[name]?.() ?? '');
  const rejectedInBody = answer.text.includes('"code":-32001');
  expect([answer.statuses.length, answer.statuses[0] !== 200 || rejectedInBody]).toEqual([1, true]);
  expect(answer.text).not.toContain('done');
  expect(await recorded(received)).toHaveLength(before);
});

test('what the parser rejects is logged, and a flood of it is counted', async () => {
  await sleep(1_500);
  const before = (await gateway.audit()).length;
  for (let i = 0; i < 300; i += 50) {
    await Promise.all(Array.from({ length: 50 }, () => exchangeBytes(gateway, 'bogus\r\n\r\n', 10)));
  }
  await until('it is logged', async () => (await gateway.audit()).length > before);
  const lines = (await gateway.audit()).slice(before);
  expect(lines.every(({ event, allowed }) => event === 'http_rejected' && allowed === false)).toBe(true);
  expect(lines.length).toBeLessThan(150);
});

test('a request hidden in the body of another is not a request', async () => {
  const hidden = `GET /describe HTTP/1.1\r\n${host()}\r\n`;
  const answer = await exchangeBytes(
    gateway,
    `GET /health HTTP/1.1\r\n${host()}Content-Length: ${hidden.length}\r\n\r\n${hidden}`,
  );
  expect(answer.statuses).toEqual([200]);
  expect(answer.text).not.toContain('client_count');
});

test('each of two requests on one connection has to bring its own credentials', async () => {
  const anonymous = `POST /mcp HTTP/1.1\r\n${host()}Content-Type: application/json\r\n${length}\r\n${call}`;
  const answer = await exchangeBytes(gateway, `${mcp(`${length}\r\n${call}`)}${anonymous}`);
  expect(answer.statuses).toEqual([200, 200]);
  expect(answer.text.match(/-32001/g)).toHaveLength(1);
});

test('a body that ends before its length does nothing, and the gateway stays well', async () => {
  const before = (await recorded(received)).length;
  const sockets = await Promise.all(
    Array.from({ length: 50 }, () => openSocket(gateway, mcp(`Content-Length: 100000\r\n\r\n${call}`))),
  );
  // What has been sent is there by now, and that it ends is noticed by then.
  await sleep(300);
  for (const socket of sockets) socket.destroy();
  await sleep(300);
  expect((await exchangeBytes(gateway, mcp(`${length}\r\n${call}`))).statuses).toEqual([200]);
  expect(await recorded(received)).toHaveLength(before + 1);
});

test('a body that says it is too large is rejected before any of it has come', async () => {
  // It is left a second to notice.
  const answer = await exchangeBytes(gateway, mcp('Content-Length: 1048577\r\n\r\n'), 15_000);
  expect([answer.statuses, answer.closedByGateway]).toEqual([[413], true]);
});

test('a client that sends too much in one burst reads why it is rejected', async () => {
  const body = JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'ping',
    params: { text: 'x'.repeat(3_000_000) },
  });
  for (let i = 0; i < 20; i++) {
    const answer = await fetch(`${gateway.origin}/mcp`, {
      method: 'POST',
      headers: { ...credentialsOf(tester), 'Content-Type': 'application/json' },
      body,
    });
    expect([answer.status, await answer.json()]).toMatchObject([413, { error: 'request_too_large' }]);
  }
});

test('a body without end is rejected, and read no further', async () => {
  const socket = await openSocket(gateway, mcp('Transfer-Encoding: chunked\r\n\r\n'));
  const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`;
  let text = '';
  let over = false;
  socket.on('data', (data: Buffer) => (text += data.toString()));
  socket.on('error', () => undefined);
  socket.on('close', () => (over = true));
  await until('it is rejected', async () => {
    // What has come is read before more is written: a write on a connection that was reset throws it away.
    await new Promise((resolve) => setImmediate(resolve));
    while (!over && socket.writableLength < chunk.length) if (!socket.write(chunk)) break;
    return over;
  });
  expect(text).toMatch(/^HTTP\/1\.1 413 /);
  // One mebibyte, and what two kernels keep for each other.
  expect(socket.bytesWritten).toBeLessThan(64 * 1024 * 1024);
});

const management = { 'X-Lmcp-Management-Token': managementToken };
/** What forges a line where nothing is escaped, and what needs no quotation mark to break one. */
const hostile = [
  'a\r\n{"seq":1,"event":"audit_close"}\r\n\u0000\u001b[2J\u202e\ud800x',
  'b\r\nc\n\u0000\u0007\u007f',
  'd\u202e\u2066\u2028e',
];

test('line breaks and escapes in every field that is logged leave one line each, and the chain whole', async () => {
  // Of its own, so that no rejection is merely counted.
  await using quiet = await TestGateway.start({
    lmcp: { management_token: managementToken },
    clients: { tester: { token: tester.token, allow_servers: ['recording'] } },
    servers: { recording: fixture('recording-server.ts', received) },
  });
  for (const text of hostile) await sayEverywhere(quiet, text);
  const text = readFileSync(quiet.auditPath, 'utf8');
  const lines = await quiet.audit();
  expect(lines.map(({ seq }) => seq)).toEqual(lines.map((_, i) => i + 1));
  expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f\u2028\u202e\u2066]/);
  for (const shown of hostile.map((each) => each.toWellFormed())) {
    const holding = (field: (line: (typeof lines)[0]) => unknown): number =>
      lines.filter((line) => field(line) === shown).length;
    expect(holding(({ client_id }) => client_id)).toBe(1);
    expect(holding(({ tool_name }) => tool_name)).toBeGreaterThan(0);
    expect(holding(({ server_id }) => server_id)).toBeGreaterThan(0);
    expect(holding(({ detail }) => detail?.['prompt'])).toBeGreaterThan(1);
  }
  // Of a URI only what is safe is logged.
  const uris = lines.flatMap(({ detail }) => detail?.['resource'] ?? []);
  expect(uris.length).toBeGreaterThan(hostile.length);
  expect(lines.every(({ request_id }) => request_id === null)).toBe(true);
  expect((await quiet.cli('audit', 'verify')).code).toBe(0);
});

/** Says the text wherever the log may repeat a caller's words. */
async function sayEverywhere(to: TestGateway, text: string): Promise<void> {
  const query = `client_id=${encodeURIComponent(text.toWellFormed())}&token=${encodeURIComponent('y\r\nz')}`;
  await post(`${to.origin}/mcp?${query}`, call);
  const ask = (method: string, params: object): Promise<unknown> => rpc(to, tester, method, params);
  await ask('tools/call', { name: text, arguments: {} });
  await ask('tools/call', { name: `recording__${text}`, arguments: { [text]: text } });
  await ask('tools/call', { name: `${text}__echo`, arguments: {} });
  await ask('prompts/get', { name: `recording__${text}` });
  await ask('resources/read', { uri: `lmcp:recording/${text}` });
  await ask('completion/complete', { ref: { type: 'ref/prompt', name: `recording__${text}` } });
  await ask(text, { [text]: text });
  await rpc(to, tester, 'ping', {}, { headers: { 'X-Request-Id': 'a b\tc' }, id: text });
  const patch = JSON.stringify({ patch: { clients: { [text]: { allow_servers: [text] } } } });
  await post(`${to.origin}/registry/apply`, patch, management);
}

const patch = { method: 'POST', body: '{"patch":{}}' };

test.each([
  ['another site', { 'Sec-Fetch-Site': 'cross-site' }, 403],
  ['another port of this site', { 'Sec-Fetch-Site': 'same-site' }, 403],
  ['two sites', { 'Sec-Fetch-Site': 'same-origin, cross-site' }, 403],
  ['a site of a kind to come', { 'Sec-Fetch-Site': 'other' }, 403],
  ['a foreign origin', { Origin: 'https://evil.example' }, 403],
  ['no origin of its own', { Origin: 'null' }, 403],
  ['another port', { Origin: 'http://127.0.0.1:1' }, 403],
  ['text/plain', { 'Content-Type': 'text/plain' }, 415],
  ['a form', { 'Content-Type': 'application/x-www-form-urlencoded' }, 415],
])('management with a valid token from a page as %s is rejected', async (_, headers, status) => {
  const sent = { 'Content-Type': 'application/json', ...management, ...headers };
  const answer = await fetch(`${gateway.origin}/registry/apply`, { ...patch, headers: sent });
  expect(answer.status).toBe(status);
});

test('a preflight never offers the management header, and a foreign one nothing', async () => {
  const ask = (origin: string): Promise<Response> =>
    fetch(`${gateway.origin}/registry/apply`, {
      method: 'OPTIONS',
      headers: {
        Origin: origin,
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'x-lmcp-management-token',
      },
    });
  const allowed = await ask('https://board.example');
  expect(allowed.headers.get('access-control-allow-headers')?.toLowerCase()).not.toContain('management');
  const foreign = await ask('https://evil.example');
  expect([foreign.status, foreign.headers.get('access-control-allow-origin')]).toEqual([403, null]);
});

test('a depth bomb for management is a rejection, not a failure', async () => {
  for (const bomb of [
    `${'['.repeat(300_000)}${']'.repeat(300_000)}`,
    `${'{"a":'.repeat(150_000)}1${'}'.repeat(150_000)}`,
  ]) {
    const headers = { 'Content-Type': 'application/json', ...management };
    const body = `{"patch":${bomb}}`;
    const answer = await fetch(`${gateway.origin}/registry/apply`, { method: 'POST', body, headers });
    expect(answer.status).toBe(400);
  }
});
