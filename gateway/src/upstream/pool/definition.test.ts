import { expect, test } from 'vitest';
import { sameDefinition } from './definition.ts';
import { httpServer, processServer } from '../testing/servers.ts';

test('the same by value, in whatever order', () => {
  const env = [
    ['A', '1'],
    ['B', '2'],
  ] as const;
  const server = processServer({ env: new Map(env) });
  expect(sameDefinition(server, processServer({ env: new Map([...env].reverse()) }))).toBe(true);
  expect(sameDefinition(httpServer('http://localhost/mcp'), httpServer('http://localhost/mcp'))).toBe(true);
});

test('what is looked at call by call does not tell two apart', () => {
  const server = processServer({});
  const { timeouts, toolPolicy } = server;
  const other = processServer({
    pinTools: true,
    idleStopS: 1,
    timeouts: { ...timeouts, toolsCallS: 1 },
    toolPolicy: { ...toolPolicy, denyTools: new Set(['x']) },
  });
  expect(sameDefinition(server, other)).toBe(true);
});

test('anything else does', () => {
  const server = processServer({});
  for (const change of [
    { args: ['x', 'y'] },
    { args: ['x,y'] },
    { env: new Map([['A', '']]) },
    { cwd: '/' },
    { scope: 'shared' },
    { stdioMode: 'content-length' },
  ] as const) {
    expect(sameDefinition(server, processServer(change))).toBe(false);
  }
  expect(sameDefinition(httpServer('http://localhost/mcp'), httpServer('http://localhost/mcp2'))).toBe(false);
  expect(sameDefinition(processServer({ args: ['x', 'y'] }), processServer({ args: ['x,y'] }))).toBe(false);
});
