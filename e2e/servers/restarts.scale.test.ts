import { test } from 'vitest';
import { application } from '../harness/applications/application.ts';
import { killBetweenCalls, killInACall, type KilledServer } from '../harness/processes/killedServer.ts';
import { everything } from '../harness/servers.ts';

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

test.each(Object.entries(bridges))(
  '%s, killed in a call and started again: that call alone fails, with its reason',
  (_name, server) => killInACall(server),
);

test.each(Object.entries(bridges))(
  '%s, killed and started again between calls: none fails',
  (_name, server) => killBetweenCalls(server),
);
