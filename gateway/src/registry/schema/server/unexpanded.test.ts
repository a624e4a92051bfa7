import { expect, test } from 'vitest';
import { parseRegistry } from '../../parse.ts';
import { unexpandedIn } from './unexpanded.ts';

const context = { baseDir: '/base', env: {}, readTokenFile: () => '' };

test.each([
  ['~', '~ is not expanded'],
  ['~/Documents', '~ is not expanded'],
  ['~\\Documents', '~ is not expanded'],
  ['--root=~/x', '~ is not expanded'],
  ['${workspaceFolder}', 'is not filled in here'],
  ['--dir=${workspaceFolder}/src', 'is not filled in here'],
  ['${input:api-key}', 'is not filled in here'],
  ['${env:HOME}/x', 'is not filled in here'],
  ['$PWD', 'a variable such as $NAME is not expanded'],
  ['--root=$HOME/x', 'a variable such as $NAME is not expanded'],
  ['/data:$PWD', 'a variable such as $NAME is not expanded'],
  ['%APPDATA%\\npm', 'a variable such as $NAME is not expanded'],
])('finds what nothing fills in: %s', (word, message) => {
  expect(unexpandedIn(word)?.message).toContain(message);
});

test.each(['a~b', 'file~', '$', '$1', 'price$', '${', '{a}', '100%', 'US$ENV', '--x=y', '@scope/name@^1.0'])(
  'leaves what is meant literally: %s',
  (word) => expect(unexpandedIn(word)).toBeUndefined(),
);

function warnings(entry: string): string[] {
  const parsed = parseRegistry(`clients: {}\nservers:\n  s: ${entry}\n`, context);
  return parsed.warnings.map(({ path, line, message, fix }) => `${line} ${path}: ${message}. ${fix}`);
}

test('warns at the word, with what to write', () => {
  expect(
    warnings(
      '{transport: stdio, command: npx, args: [-y, x, "${workspaceFolder}", "~/Documents"], cwd: ~/x}',
    ),
  ).toEqual([
    expect.stringMatching(/^3 servers\.s\.args\[2\]: .* is not filled in here\. write the whole path$/),
    expect.stringMatching(/^3 servers\.s\.args\[3\]: ~ is not expanded/),
    expect.stringMatching(/^3 servers\.s\.cwd: ~ is not expanded/),
  ]);
});

test('names program and arguments of a whole command line', () => {
  expect(warnings('{transport: stdio, command: npx -y some-server}')).toEqual([
    '3 servers.s.command: this names one program with spaces in its name: no shell divides it. ' +
      'write command: "npx", and what follows it as a list under args:',
  ]);
  expect(warnings('{transport: stdio, command: /Applications/My App/bin/server}')).toEqual([]);
});

test('leaves the arguments of a shell to it', () => {
  expect(warnings('{transport: stdio, command: /bin/sh, args: [-c, "exec server ~/x $HOME"]}')).toEqual([]);
});

function problems(text: string): string[] {
  const parsed = parseRegistry(text, context);
  return parsed.ok ? [] : parsed.problems.map(({ path, message, fix }) => `${path}: ${message}. ${fix}`);
}

test.each([
  [['exec', '-i', 'c', 'node'], 'docker exec'],
  [['compose', 'run', 'x'], 'docker compose'],
  [['mcp', 'gateway', 'run'], 'docker mcp'],
])('names the way out for docker %j', (args, subcommand) => {
  const entry = JSON.stringify({ transport: 'stdio', command: 'docker', args });
  const [problem, ...more] = problems(`clients: {}\nservers:\n  s: ${entry}\n`);
  expect(more).toEqual([]);
  expect(problem).toContain(`${subcommand} starts no container that LMCP can confine`);
  expect(problem).toContain('add runtime: process');
  expect(problems(`clients: {}\nservers:\n  s: ${entry.replace('{', '{"runtime":"process",')}\n`)).toEqual(
    [],
  );
});

test('says of a merge key what to write, and nothing of what it would have brought', () => {
  const text = 'clients: {}\nservers:\n  base: &b {transport: stdio, command: x}\n  s: {<<: *b, args: [q]}\n';
  expect(problems(text)).toEqual([
    'servers.s."<<": merge keys are not part of YAML 1.2. write the merged keys out here',
  ]);
});

test.each([
  ['clients: {}\nmcpServers: {a: {command: x}}\n', 'mcpServers'],
  ['clients: {}\nservers:\n  mcpServers: {a: {command: x}}\n', 'servers.mcpServers'],
])('says how to take over a pasted mcpServers', (text, path) => {
  expect(problems(text)).toEqual([
    expect.stringMatching(new RegExp(`^${path}: mcpServers is how other applications'.*lmcp import`)),
  ]);
});

test.each([
  ['{command: npx}', 'add transport: stdio'],
  ['{image: x}', 'add transport: stdio'],
  ['{url: "http://127.0.0.1:1/mcp", type: sse}', 'add transport: http'],
])('names the transport that an entry without one means: %s', (entry, fix) => {
  const found = problems(`clients: {}\nservers:\n  s: ${entry}\n`);
  expect(found[0]).toContain('servers.s.transport: this key is missing');
  expect(found[0]).toContain(fix);
});
