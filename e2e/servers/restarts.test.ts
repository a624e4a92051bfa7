import { test } from 'vitest';
import { killAndRestart, type KilledServer } from '../harness/processes/killedServer.ts';

const sdk = 'e2e/node_modules/@modelcontextprotocol/sdk/dist/esm/examples/server';
const everything = 'e2e/node_modules/@modelcontextprotocol/server-everything/dist/index.js';
const longRunning = { name: 'trigger-long-running-operation', arguments: { duration: 60, steps: 1 } };
const stream = (interval: number): KilledServer['quick'] => ({
  name: 'start-notification-stream',
  arguments: { interval, count: 1 },
});
const greeting = { name: 'greet', arguments: { name: 'Ada' } };

const servers: Readonly<Record<string, KilledServer>> = {
  'server-everything': {
    script: everything,
    args: ['streamableHttp'],
    quick: { name: 'echo', arguments: { message: 'x' } },
    slow: longRunning,
  },
  'server-everything over HTTP+SSE': {
    script: everything,
    args: ['sse'],
    path: '/sse',
    quick: { name: 'echo', arguments: { message: 'x' } },
    slow: longRunning,
  },
  'a server that rejects as FastMCP does': {
    script: 'e2e/fixtures/odd/forgetful-server.ts',
    quick: { name: 'echo' },
    slow: { name: 'slow' },
  },
  'the example with sessions': {
    script: `${sdk}/simpleStreamableHttp.js`,
    quick: greeting,
    slow: stream(60_000),
  },
};

test.each(Object.entries(servers))(
  '%s, killed and started again: between calls none fails, in a call that call alone does, with its reason',
  (_name, server) => killAndRestart(server),
);
