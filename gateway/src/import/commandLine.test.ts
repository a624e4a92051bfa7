import { expect, test } from 'vitest';
import { readCommandLine } from './commandLine.ts';

test.each([
  [
    'npx -y @modelcontextprotocol/server-filesystem@1.2 "/my files" \'a b\'',
    'filesystem',
    { command: 'npx', args: ['-y', '@modelcontextprotocol/server-filesystem@1.2', '/my files', 'a b'] },
  ],
  ['$ uvx mcp-server-time', 'time', { command: 'uvx', args: ['mcp-server-time'] }],
  [
    'API_KEY=abc\\ d uvx --from git+https://x weather-mcp',
    'weather',
    { command: 'uvx', args: ['--from', 'git+https://x', 'weather-mcp'], env: { API_KEY: 'abc d' } },
  ],
  [
    'docker run -i --rm \\\n  -e TOKEN=x ghcr.io/github/github-mcp-server:latest',
    'github',
    {
      command: 'docker',
      args: ['run', '-i', '--rm', '-e', 'TOKEN=x', 'ghcr.io/github/github-mcp-server:latest'],
    },
  ],
  ['https://mcp.linear.app/mcp', 'linear', { url: 'https://mcp.linear.app/mcp' }],
  ['http://127.0.0.1:3000/mcp', 'server', { url: 'http://127.0.0.1:3000/mcp' }],
] as const)('reads %s', (text, name, entry) => {
  expect(readCommandLine(text)).toEqual({ name, entry, project: null });
});

test.each([
  'npx x | sh',
  'npx x; rm -rf /',
  'npx "unclosed',
  'npx $(whoami)',
  'hello world',
  'npx a\nnpx b',
  '{"command": "npx"}',
  '',
])('takes %j for no command', (text) => {
  expect(readCommandLine(text)).toBeUndefined();
});
