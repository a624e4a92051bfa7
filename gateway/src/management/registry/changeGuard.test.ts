import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { ApiError } from '../apiError.ts';
import { applyPatch } from '../../registry/edit/patch.ts';
import { guardChange } from './changeGuard.ts';

const registry = {
  lmcp: { rate_limit_rpm: 60, management_scope: 'access' },
  clients: { red: { token: 'token-of-red-0123456789', allow_servers: ['paid'] } },
  servers: {
    paid: {
      transport: 'http',
      url: 'https://a.example/mcp',
      headers: { Authorization: 'Bearer x', Key: '${KEY}' },
    },
    local: { transport: 'stdio', command: 'node', args: ['a.js'], env: { API_KEY: 'k' } },
  },
};
const before = stringify(registry);

function verdict(
  patch: object,
  scope: 'full' | 'access' = 'full',
  restored = false,
  kept: readonly string[] = [],
): string {
  const edited = applyPatch(before, patch);
  if (!edited.ok) throw new Error('the patch is invalid');
  try {
    guardChange({
      before,
      after: edited.text,
      patch: restored ? undefined : patch,
      restored,
      kept,
      scope,
      isGiven: (name) => name === 'GIVEN',
    });
    return 'ok';
  } catch (error) {
    if (error instanceof ApiError) return error.failure.error;
    throw error;
  }
}

test.each([
  [{ clients: { red: { allow_servers: [] } } }, 'ok'],
  [{ clients: { red: null } }, 'ok'],
  [{ clients: { red: { token: null, token_sha256: 'ab' } } }, 'ok'],
  [{ clients: { blue: { token_sha256: 'ab', allow_servers: [] } } }, 'ok'],
  [{ clients: { red: { token: '${PATH}' } } }, 'management_scope'],
  [{ clients: { red: { token: null, token_file: '/etc/passwd' } } }, 'management_scope'],
  [{ servers: { local: { tool_policy: { mode: 'deny_all' } } } }, 'ok'],
  [{ servers: { local: { client_requests: { roots: 'deny' } } } }, 'ok'],
  [{ lmcp: { rate_limit_rpm: 1 } }, 'ok'],
  [{ lmcp: { management_scope: null } }, 'management_scope'],
  [{ lmcp: { loopback_only: false } }, 'management_scope'],
  [{ servers: { local: { args: ['b.js'] } } }, 'management_scope'],
  [{ servers: { local: { pin_tools: false } } }, 'management_scope'],
  [{ servers: { local: null } }, 'management_scope'],
  [{ servers: { evil: { transport: 'stdio', command: 'sh' } } }, 'management_scope'],
])('the scope access: %j is %s', (patch, expected) => {
  expect(verdict(patch, 'access')).toBe(expected);
  expect(verdict(patch, 'access', true)).toBe(expected);
});

test.each([
  [{ servers: { local: { pin_tools: true, env: { MORE: '1' } } } }, 'ok'],
  [{ servers: { local: { args: ['b.js'] } } }, 'secret_required'],
  [{ servers: { local: { command: 'sh' } } }, 'secret_required'],
  [{ servers: { local: { image_digest: 'sha256:00' } } }, 'secret_required'],
  [{ servers: { local: { cosign: { key: 'theirs.pub' } } } }, 'secret_required'],
  [{ servers: { local: { command: 'sh', env: { API_KEY: 'k2' } } } }, 'ok'],
  [{ servers: { local: { command: 'sh', env: { API_KEY: null } } } }, 'ok'],
  [{ servers: { local: { env: { A: '${HOME}' } } } }, 'secret_required'],
  [{ servers: { local: { env: { A: '${secret:GIVEN}' } } } }, 'ok'],
  [{ servers: { local: { env: { A: '${secret:OTHER}' } } } }, 'secret_required'],
  [{ servers: { paid: { url: 'https://a.example/other' } } }, 'ok'],
  [{ servers: { paid: { url: 'https://b.example/mcp' } } }, 'secret_required'],
  [
    { servers: { paid: { url: 'https://b.example/mcp', headers: { Authorization: 'y', Key: '${KEY}' } } } },
    'secret_required',
  ],
  [{ servers: { paid: { url: 'https://b.example/mcp', headers: { Authorization: 'y', Key: null } } } }, 'ok'],
  [{ servers: { paid: { headers: { Other: '${KEY}' } } } }, 'ok'],
  [
    { servers: { fresh: { transport: 'http', url: 'https://b.example', headers: { A: '${KEY}' } } } },
    'secret_required',
  ],
  [{ servers: { fresh: { transport: 'http', url: 'https://b.example', headers: { A: 'new' } } } }, 'ok'],
  [{ lmcp: { management_scope: 'full' } }, 'management_scope'],
])('each scope: %j is %s', (patch, expected) => {
  expect(verdict(patch)).toBe(expected);
});

test('secrets in arguments do not follow a server to another target where the request only names their places', () => {
  const image = { servers: { local: { args: ['run', 'image'] } } };
  expect(verdict({ servers: { local: { args: ['run', 'image'], env: null } } })).toBe('ok');
  expect(
    verdict({ servers: { local: { ...image.servers.local, env: null } } }, 'full', false, [
      'servers.local.args[1]',
    ]),
  ).toBe('secret_required');
  expect(verdict({ servers: { local: { pin_tools: true } } }, 'full', false, ['servers.local.args[0]'])).toBe(
    'ok',
  );
});
