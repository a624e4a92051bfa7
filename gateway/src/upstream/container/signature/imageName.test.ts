import fc from 'fast-check';
import { expect, it } from 'vitest';
import { registryOf } from '../../../registry/container/guardRules/pullSources.ts';
import { imageName } from './imageName.ts';

const digest = `sha256:${'ab'.repeat(32)}`;

it.each([
  ['node', 'https://registry-1.docker.io', 'library/node'],
  ['node:24-slim', 'https://registry-1.docker.io', 'library/node'],
  ['mcp/fetch:1', 'https://registry-1.docker.io', 'mcp/fetch'],
  ['docker.io/node', 'https://registry-1.docker.io', 'library/node'],
  ['index.docker.io/mcp/fetch', 'https://registry-1.docker.io', 'mcp/fetch'],
  ['ghcr.io/a/b/c:1.0', 'https://ghcr.io', 'a/b/c'],
  ['GHCR.io/a', 'https://ghcr.io', 'a'],
  ['host:5000/a', 'https://host:5000', 'a'],
  ['localhost:5000/a:1', 'http://localhost:5000', 'a'],
  ['127.0.0.1:5000/a/b:1', 'http://127.0.0.1:5000', 'a/b'],
  ['127.0.0.1.example.com/a', 'https://127.0.0.1.example.com', 'a'],
])('%s is asked for at %s as %s', (reference, origin, repository) => {
  expect(imageName(reference)).toEqual({ origin, repository, digest: undefined });
  const pinned = `${reference.replace(/:[^:/]+$/, '')}@${digest}`;
  expect(imageName(pinned)).toEqual({ origin, repository, digest });
});

it('asks the registry that the engine asks, whatever the name', () => {
  const part = fc.stringMatching(/^[a-zA-Z0-9][a-zA-Z0-9._-]{0,8}$/);
  const host = fc.oneof(part, fc.constantFrom('ghcr.io', 'localhost:5000', '127.0.0.1:1', 'a.b:2'));
  const name = fc
    .tuple(fc.option(host), fc.array(part, { minLength: 1, maxLength: 3 }))
    .map(([first, path]) => [...(first === null ? [] : [first]), ...path].join('/'));
  fc.assert(
    fc.property(name, (reference) => {
      const registry = registryOf(reference);
      const asked = imageName(reference).origin.replace(/^https?:\/\//, '');
      expect(asked).toBe(registry === 'docker.io' ? 'registry-1.docker.io' : registry);
    }),
  );
});
