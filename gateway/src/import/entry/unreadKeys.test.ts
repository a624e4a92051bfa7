import { expect, test } from 'vitest';
import { toRegistry } from '../toRegistry.ts';

const notesOf = (entry: object): readonly string[] => {
  const converted = toRegistry({ ...entry }, {});
  return converted.ok ? converted.notes : [converted.reason];
};

test.each([
  [
    { command: 'x', startup_timeout_sec: 20, required: true },
    'not carried over: startup_timeout_sec, required',
  ],
  [{ cmd: 'x', timeout: 300, available_tools: ['a'] }, 'not carried over: timeout, available_tools'],
  [
    { httpUrl: 'http://127.0.0.1:9', timeout: 1, oauth: { enabled: true } },
    'not carried over: timeout, oauth',
  ],
  [{ command: 'x', autoApprove: ['a'], trust: true }, 'not carried over: autoApprove, trust'],
  [{ command: 'x', url: 'http://127.0.0.1:9' }, 'not carried over: url'],
  [{ url: 'http://127.0.0.1:9', env: { A: 'b' } }, 'not carried over: env'],
  [{ command: 'x', env: { A: 'b' }, envs: { C: 'd' } }, 'not carried over: envs'],
  [{ command: 'x', env: { A: 'b', C: { d: 'e' } } }, 'not carried over: env.C'],
  [{ command: 'x', env: ['A=b'] }, 'not carried over: env'],
  [{ command: 'x', tools: { a: true } }, 'not carried over: tools'],
  [{ command: 'x', tool_timeout_sec: 7_200 }, 'not carried over: tool_timeout_sec'],
  [{ command: 'x', tool_timeout_sec: 'secret' }, 'not carried over: tool_timeout_sec'],
  [
    { url: 'http://127.0.0.1:9', requestOptions: { headers: { A: 'b' }, timeout: 5, verifySsl: false } },
    'not carried over: requestOptions.timeout, requestOptions.verifySsl',
  ],
  [
    { image: 'mcp/x', disableNetwork: true, allowHosts: ['x:443'], readme: 'r' },
    'not carried over: allowHosts',
  ],
])('names what the conversion of %j does not read', (entry, note) => {
  expect(notesOf(entry)).toEqual([note]);
});

test.each([
  { name: 'n', type: 'stdio', command: 'x', args: ['a'], env: { A: 1 }, cwd: undefined, description: 'd' },
  { type: 'local', command: ['x'], environment: { A: 'b' }, enabled: true },
  { type: 'streamable_http', uri: 'http://127.0.0.1:9', headers: {}, enabled: true, disabled: false },
  { url: 'http://127.0.0.1:9', http_headers: { A: 'b' }, enabled_tools: ['a'], disabled_tools: ['b'] },
  { url: 'http://127.0.0.1:9', requestOptions: { headers: { A: 'b' } } },
  { command: 'npx', args: ['mcp-remote', 'http://127.0.0.1:9', '--header', 'A: ${B}'], env: { B: 'c' } },
  { image: 'mcp/x', title: 't', tools: [{ name: 'a' }], secrets: [], disableNetwork: true },
])('says nothing about %j', (entry) => {
  expect(notesOf(entry)).toEqual([]);
});

test('carries the limit of a call over from Codex', () => {
  expect(toRegistry({ command: 'x', tool_timeout_sec: 45.5 }, {})).toMatchObject({
    server: { transport: 'stdio', command: 'x', timeouts: { tools_call_s: 45.5 } },
    notes: [],
  });
  expect(toRegistry({ url: 'http://127.0.0.1:9', tool_timeout_sec: 600 }, {})).toMatchObject({
    server: { timeouts: { tools_call_s: 600 } },
  });
});
