import { test } from 'vitest';
import { application } from '../harness/applications/application.ts';
import { killAndRestart, type KilledServer } from '../harness/processes/killedServer.ts';
import { everything } from '../harness/servers.ts';

const sdk = 'e2e/node_modules/@modelcontextprotocol/sdk/dist/esm/examples/server';
const stream = (interval: number): KilledServer['quick'] => ({
  name: 'start-notification-stream',
  arguments: { interval, count: 1 },
});
const greeting = { name: 'greet', arguments: { name: 'Ada' } };

const { command, args } = everything();
const calls = {
  quick: { name: 'echo', arguments: { message: 'x' } },
  slow: { name: 'trigger-long-running-operation', arguments: { duration: 60, steps: 1 } },
};

/** Programs that put a stdio server on HTTP, as people run them; the harness chooses the port. */
const bridges: Readonly<Record<string, KilledServer>> = {
  'supergateway with sessions': {
    script: application('supergateway'),
    args: ['--stdio', [command, ...args].join(' '), '--outputTransport', 'streamableHttp', '--stateful'],
    ...calls,
  },
  'supergateway without sessions': {
    script: application('supergateway'),
    args: ['--stdio', [command, ...args].join(' '), '--outputTransport', 'streamableHttp'],
    ...calls,
  },
  'supergateway over HTTP+SSE': {
    script: application('supergateway'),
    args: ['--stdio', [command, ...args].join(' '), '--outputTransport', 'sse'],
    path: '/sse',
    ...calls,
  },
  'mcp-proxy': { script: application('mcp-proxy'), args: ['--', command, ...args], ...calls },
  'mcp-proxy without sessions': {
    script: application('mcp-proxy'),
    args: ['--stateless', '--', command, ...args],
    ...calls,
  },
  'mcp-proxy over HTTP+SSE': {
    script: application('mcp-proxy'),
    args: ['--server', 'sse', '--', command, ...args],
    path: '/sse',
    ...calls,
  },
};

/** Examples of the SDK; the one with sessions is in the everyday run. */
const examples: Readonly<Record<string, KilledServer>> = {
  'the example that answers as JSON': {
    script: `${sdk}/jsonResponseStreamableHttp.js`,
    quick: greeting,
    slow: { name: 'multi-greet', arguments: { name: 'Ada' } },
  },
  'the example without sessions': {
    script: `${sdk}/simpleStatelessStreamableHttp.js`,
    quick: stream(1),
    slow: stream(60_000),
  },
  'the example of HTTP+SSE': { script: `${sdk}/simpleSseServer.js`, quick: stream(1), slow: stream(60_000) },
  'the example of both transports': {
    script: `${sdk}/sseAndStreamableHttpCompatibleServer.js`,
    quick: stream(1),
    slow: stream(60_000),
  },
};

test.each(Object.entries({ ...bridges, ...examples }))(
  '%s, killed and started again: between calls none fails, in a call that call alone does, with its reason',
  (_name, server) => killAndRestart(server),
);
