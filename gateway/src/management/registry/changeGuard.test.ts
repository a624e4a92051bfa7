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
    caged: {
      transport: 'stdio',
      image: 'files',
      network: 'none',
      mounts: [{ source: '/srv', target: '/srv' }],
      env: { API_KEY: 'k', LOG_LEVEL: 'info', DATA: '/srv' },
    },
    vaulted: { transport: 'stdio', command: 'node', env: { API_KEY: '${secret:OTHER}', DATA: '/srv' } },
    own: { transport: 'stdio', command: 'node', env: { API_KEY: '${secret:GIVEN}', DATA: '/srv' } },
    open: { transport: 'stdio', command: 'node', env: { DATA: '/srv', MODE: 'fast' } },
    boxed: { transport: 'stdio', command: 'docker', args: ['run', '-e', 'KEY=value-of-key', 'image'] },
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
  [{ servers: { local: { pin_tools: true } } }, 'ok'],
  [{ servers: { local: { args: ['b.js'] } } }, 'secret_required'],
  [{ servers: { local: { command: 'sh' } } }, 'secret_required'],
  [{ servers: { local: { image_digest: 'sha256:00' } } }, 'secret_required'],
  [{ servers: { local: { cosign: { key: 'theirs.pub' } } } }, 'secret_required'],
  [{ servers: { local: { command: 'sh', env: { API_KEY: 'k2' } } } }, 'ok'],
  [{ servers: { local: { command: 'sh', env: { API_KEY: null } } } }, 'ok'],
  [{ servers: { local: { env: { A: '${HOME}' } } } }, 'secret_required'],
  [{ servers: { local: { env: { A_KEY: '${secret:GIVEN}' } } } }, 'ok'],
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

// What runs with a secret, and where it connects to, is also decided by what surrounds the program.
test.each([
  [{ local: { env: { NODE_OPTIONS: '--import data:text/javascript,0' } } }, 'secret_required'],
  [{ local: { env: { LD_PRELOAD: '/tmp/theirs.so' } } }, 'secret_required'],
  [{ local: { env: { https_proxy: 'http://b.example' } } }, 'secret_required'],
  [{ local: { env: { TOKEN_URL: 'http://b.example' } } }, 'secret_required'],
  [{ local: { env: { NODE_OPTIONS: '--inspect', API_KEY: 'again' } } }, 'ok'],
  [{ local: { env: { NODE_OPTIONS: '--inspect', API_KEY: null } } }, 'ok'],
  [{ local: { env: { API_KEY: 'another' } } }, 'ok'],
  [{ local: { env: { SECOND_TOKEN: 'new' } } }, 'ok'],
  [{ caged: { env: { LOG_LEVEL: 'debug', TZ: 'UTC', LC_ALL: 'C' } } }, 'ok'],
  [{ caged: { env: { DATA: '/other' } } }, 'secret_required'],
  [{ caged: { env: { DATA: null } } }, 'secret_required'],
  [{ caged: { env: { DATA: '/other', API_KEY: 'again' } } }, 'ok'],
  [{ caged: { mounts: [{ source: '/tmp', target: '/app' }] } }, 'secret_required'],
  [{ caged: { tmpfs: ['/app'] } }, 'secret_required'],
  [{ caged: { workdir: '/srv' } }, 'secret_required'],
  [{ caged: { network: 'bridge' } }, 'secret_required'],
  [{ caged: { network: null, egress: ['b.example:443'] } }, 'secret_required'],
  [{ caged: { extra_hosts: ['a.example:192.0.2.1'] } }, 'secret_required'],
  [{ caged: { memory: '64m', cpus: 1 } }, 'ok'],
  [{ vaulted: { env: { DATA: '/other' } } }, 'secret_required'],
  [{ own: { env: { DATA: '/other' } } }, 'ok'],
  [{ open: { env: { DATA: '/other', MORE: '1' } } }, 'ok'],
  [{ boxed: { env: { DOCKER_HOST: 'tcp://b.example' } } }, 'secret_required'],
  [{ paid: { tls: { ca_file: 'theirs.pem' } } }, 'secret_required'],
  [{ paid: { tls: { ca_file: 'theirs.pem' }, headers: { Authorization: 'again', Key: null } } }, 'ok'],
])('secrets stay where they are: %j is %s', (servers, expected) => {
  expect(verdict({ servers })).toBe(expected);
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

test('a value that arguments of docker hide does not follow to another program, where it would be shown', () => {
  const args = ['run', '-e', 'KEY=sent-again', 'image'];
  expect(verdict({ servers: { boxed: { command: 'node' } } })).toBe('secret_required');
  expect(verdict({ servers: { boxed: { cwd: '/tmp' } } })).toBe('secret_required');
  expect(verdict({ servers: { boxed: { command: 'node', args } } })).toBe('ok');
  expect(verdict({ servers: { boxed: { args } } })).toBe('ok');
  expect(verdict({ servers: { boxed: { command: 'node', args: null } } })).toBe('ok');
  expect(verdict({ servers: { boxed: { enabled: false } } })).toBe('ok');
});
