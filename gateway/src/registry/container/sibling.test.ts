import { expect, it } from 'vitest';
import { siblingSpec } from './sibling.ts';

const self = { image: 'lmcp:1', instance: 'home', network: 'lmcp-servers' };
const npx = {
  id: 'ollama',
  command: 'npx',
  args: ['-y', 'ollama-mcp-server'],
  env: new Map([['OLLAMA_HOST', 'http://host.docker.internal:11434']]),
  cwd: undefined,
};

it('runs the command as it stands, hardened, with a cache of its own', () => {
  const sibling = siblingSpec(npx, self);
  expect(sibling.ok && sibling.spec).toMatchObject({
    image: 'lmcp:1',
    entrypoint: ['npx'],
    args: ['-y', 'ollama-mcp-server'],
    readOnly: true,
    network: 'lmcp-servers',
    mounts: [{ type: 'volume', source: 'lmcp-cache-home.ollama.own', target: '/cache', readOnly: false }],
    pull: 'never',
    loosened: ['reaches the network lmcp-servers'],
  });
  expect(sibling.ok && sibling.spec.env.get('OLLAMA_HOST')).toBe('http://host.docker.internal:11434');
});

it('lets the entry’s own variables win', () => {
  const sibling = siblingSpec({ ...npx, env: new Map([['HOME', '/cache']]) }, self);
  expect(sibling.ok && sibling.spec.env.get('HOME')).toBe('/cache');
});

it('rejects a working folder, which the container would not see', () => {
  const sibling = siblingSpec({ ...npx, cwd: '/srv' }, self);
  expect(sibling.ok ? undefined : sibling.problems[0]?.at).toEqual(['cwd']);
});
