import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { parseRegistry } from '../../registry/parse.ts';
import type { RegistryFile } from '../registry/registryFile.ts';
import { accessTo } from './clientAccess.ts';

const token = 'token-of-codex-0123456789abcdef';
const text = `lmcp: {}
clients:
  codex: {token_sha256: ${createHash('sha256').update(token).digest('hex')}, allow_servers: [time]}
servers:
  time: {transport: stdio, command: time}
  lonely: {transport: stdio, command: lonely}
`;

function file(env: Record<string, string>): RegistryFile {
  const result = parseRegistry(text, { env, baseDir: '/', readTokenFile: () => '' });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  const { registry, warnings } = result;
  return { path: '/registry.yaml', text, registry, warnings, env, baseDir: '/', readFile: () => '' };
}

it('takes the token of LMCP_TOKEN for the client that it belongs to', () => {
  expect(accessTo(file({ LMCP_TOKEN: token }), 'time', undefined)).toEqual({ clientId: 'codex', token });
});

it.each([undefined, 'codex'])(
  'takes a client without its token where the registry has the digest alone (client %s)',
  (client) => {
    expect(accessTo(file({}), 'time', client)).toEqual({ clientId: 'codex', token: undefined });
  },
);

it.each([undefined, 'codex'])('says of a wrong LMCP_TOKEN whose it is not (client %s)', (client) => {
  expect(() => accessTo(file({ LMCP_TOKEN: 'of-somebody-else' }), 'time', client)).toThrow(
    'LMCP_TOKEN is not a token of codex: correct it',
  );
});

it('says that no client may use a server', () => {
  expect(() => accessTo(file({}), 'lonely', undefined)).toThrow('no client may use lonely');
});
