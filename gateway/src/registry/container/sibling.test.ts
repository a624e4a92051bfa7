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

it('runs the command unchanged, hardened, with a cache of its own', () => {
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

it('starts without a network from its cache, which is filled before', () => {
  for (const reach of [{ network: 'none' }, { egress: [{ host: 'a.example', port: 443 }] }] as const) {
    const sibling = siblingSpec(npx, self, reach);
    expect(sibling.ok && sibling.spec).toMatchObject({
      network: 'none',
      extraHosts: [],
      warmUp: { packages: ['ollama-mcp-server'], network: 'lmcp-servers' },
    });
    expect(sibling.ok && sibling.spec.env.get('npm_config_offline')).toBe('true');
  }
  const unclear = siblingSpec({ ...npx, args: ['-c', 'ollama-mcp-server'] }, self, { network: 'none' });
  expect(unclear.ok ? undefined : unclear.problems[0]?.at).toEqual(['args']);
  const plain = siblingSpec({ ...npx, command: 'node', args: ['a.mjs'] }, self, { network: 'none' });
  expect(plain.ok && plain.spec.warmUp).toBeUndefined();
});

it('rejects a working folder, which the container would not see', () => {
  const sibling = siblingSpec({ ...npx, cwd: '/srv' }, self);
  expect(sibling.ok ? undefined : sibling.problems[0]?.at).toEqual(['cwd']);
});
