import assert from 'node:assert/strict';
import { systemClock } from '../../src/clock.ts';
import { UpstreamError } from '../../src/errors.ts';
import { lines } from '../../src/upstream/framing/lines.ts';
import { Router } from '../../src/upstream/rpc/router.ts';

/** How a request ended: answered with a result, with an error, or not at all before the server was gone. */
type Ending = 'result' | 'error' | 'gone';

/** The first byte says how many requests wait, the second how the output is cut; the rest is what a server writes. */
export async function fuzz(data: Buffer): Promise<void> {
  const requests = 1 + ((data[0] ?? 0) % 4);
  const output = data.subarray(2);
  const expected = byTheSpecification(output.toString('utf8'), requests);
  assert.deepEqual(await throughTheRouter(output, requests, 1 + (data[1] ?? 0)), expected);
}

async function throughTheRouter(output: Buffer, requests: number, size: number): Promise<Ending[]> {
  const router = new Router({
    serverId: 'fuzzed',
    shared: false,
    clock: systemClock,
    // What the router writes must be one message a line, whatever it was sent.
    send: (text) => {
      assert.ok(!text.includes('\n'));
      JSON.parse(text);
      return Promise.resolve();
    },
    onNotification: (method) => {
      assert.equal(typeof method, 'string');
      return undefined;
    },
    onAnomaly: () => undefined,
    onUnusable: () => undefined,
    onIdle: () => assert.equal(router.inFlight, 0),
  });
  const endings = Array.from({ length: requests }, () => ending(router));
  const nothing = () => assert.fail('a short message is never above the limit');
  const reader = lines.reader(
    { message: (text, bytes) => void router.receive(text, bytes), oversized: nothing, flooded: nothing },
    { message: 1_000_000, discarded: 1_000_000 },
  );
  for (let at = 0; at < output.length; at += size) reader.push(output.subarray(at, at + size));
  reader.end();
  router.end(new UpstreamError('exited', 'The server is gone.'));
  assert.equal(router.inFlight, 0);
  return Promise.all(endings);
}

async function ending(router: Router): Promise<Ending> {
  try {
    const answer = await router.request('tools/call', {}, { timeoutMs: 60_000 });
    return 'error' in answer ? 'error' : 'result';
  } catch (error) {
    assert.ok(error instanceof UpstreamError);
    return 'gone';
  }
}

/**
 * The first answer to an id counts (JSON-RPC 2.0, section 5), also to one that comes back as a string; a null error beside a result
 * is none. An error without an id is about the only request that waits.
 */
function byTheSpecification(output: string, requests: number): Ending[] {
  const endings = new Map<number, Ending>();
  for (const message of output.split('\n').flatMap(messagesOf)) {
    const { id: given, method, result, error } = message;
    if (typeof method === 'string') continue;
    const id = isErrorWithoutId(message) ? onlyWaiting(endings, requests) : numberOf(given);
    if (id === undefined || endings.has(id)) continue;
    const succeeded = result !== undefined && (error === undefined || error === null);
    if (succeeded || error !== undefined) endings.set(id, succeeded ? 'result' : 'error');
  }
  return Array.from({ length: requests }, (_, at) => endings.get(at + 1) ?? 'gone');
}

function isErrorWithoutId({ jsonrpc, id, result, error }: Record<string, unknown>): boolean {
  return (
    jsonrpc === '2.0' &&
    typeof error === 'object' &&
    error !== null &&
    (id === undefined || id === null) &&
    result === undefined
  );
}

function onlyWaiting(endings: ReadonlyMap<number, Ending>, requests: number): number | undefined {
  const waiting = Array.from({ length: requests }, (_, at) => at + 1).filter((id) => !endings.has(id));
  return waiting.length === 1 ? waiting[0] : undefined;
}

function numberOf(id: unknown): number | undefined {
  if (typeof id === 'string') return /^[1-9][0-9]{0,14}$/.test(id) ? Number(id) : undefined;
  return typeof id === 'number' ? id : undefined;
}

function messagesOf(line: string): Record<string, unknown>[] {
  try {
    const value: unknown = JSON.parse(line);
    const items: unknown[] = Array.isArray(value) ? value : [value];
    return items.filter(isObject);
  } catch {
    return [];
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
