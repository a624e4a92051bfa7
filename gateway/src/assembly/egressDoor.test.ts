import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { Audit, AuditEntry } from '../audit/types.ts';
import { gatewayAuthority } from '../egress/authority.ts';
import { silentLogger } from '../logger.ts';
import { EgressGrants, type EgressGrant } from '../upstream/container/egress.ts';
import { openEgressDoor } from './egressDoor.ts';

/** The token in the variable that programs read. */
const tokenOf = ({ env }: EgressGrant): string => new URL(env.get('HTTPS_PROXY') ?? '').password;

async function setUp(append?: Audit['append']) {
  const folder = await mkdtemp(join(tmpdir(), 'lmcp-egress-'));
  const socketPath = join(folder, 'gateway.sock');
  const lines: AuditEntry[] = [];
  const grants = new EgressGrants();
  const audit = { append: append ?? ((entries) => Promise.resolve(void lines.push(...entries))) } as Audit;
  const door = await openEgressDoor(socketPath, { grants, audit, logger: silentLogger });
  onTestFinished(async () => {
    await door[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });
  return { grants, lines, socketPath, authority: gatewayAuthority(socketPath) };
}

const github = { host: 'api.github.com', port: 443 };

it('allows a running server what its entry names, and logs everything else', async () => {
  const { grants, lines, authority, socketPath } = await setUp();
  const grant = grants.grant('fetch', [github, { host: '10.0.0.5', port: 443 }]);
  const other = grants.grant('other', []);
  const token = tokenOf(grant);
  expect(await authority.decide({ token, ...github })).toEqual({ allowed: true, named: ['10.0.0.5'] });
  expect((await stat(socketPath)).mode & 0o777).toBe(0o660);
  expect(lines).toEqual([]);
  const denied = { allowed: false, named: [] };
  expect(await authority.decide({ token, host: 'api.github.com', port: 80 })).toEqual(denied);
  expect(await authority.decide({ token, host: 'github.com', port: 443 })).toEqual(denied);
  expect(await authority.decide({ token: tokenOf(other), ...github })).toEqual(denied);
  expect(await authority.decide({ token: 'guessed', ...github })).toEqual(denied);
  await authority.denied('private_address', { token, ...github });
  await authority.denied('no_credentials', github);
  await authority.denied('malformed', { token });
  await authority.denied('malformed');
  await authority.denied('too_many_connections');
  grant.release();
  expect(await authority.decide({ token, ...github })).toEqual(denied);
  const line = (
    server_id: string | null,
    port: number,
    { reason = 'egress_not_allowed', host = 'api.github.com' } = {},
  ) => ({ event: 'egress_denied', server_id, allowed: false, reason, detail: { host, port } });
  const unknown = (server_id: string | null, reason: string) => ({
    ...{ event: 'egress_denied', server_id, allowed: false, reason },
  });
  expect(lines).toEqual([
    line('fetch', 80),
    line('fetch', 443, { host: 'github.com' }),
    line('other', 443),
    line(null, 443),
    line('fetch', 443, { reason: 'egress_private_address' }),
    line(null, 443, { reason: 'egress_no_credentials' }),
    unknown('fetch', 'egress_malformed'),
    unknown(null, 'egress_malformed'),
    unknown(null, 'egress_too_many_connections'),
    line(null, 443),
  ]);
});

it('allows nothing that is not asked as a question', async () => {
  const { grants, lines, socketPath } = await setUp();
  const query = new URLSearchParams({
    token: tokenOf(grants.grant('fetch', [github])),
    host: github.host,
    port: '443',
  });
  const asked = async (path: string): Promise<unknown> => {
    const [answer] = (await once(
      http.get({ socketPath, path: `${path}?${query.toString()}` }),
      'response',
    )) as [http.IncomingMessage];
    return JSON.parse((await answer.toArray()).join(''));
  };
  expect(await asked('/decide')).toMatchObject({ allowed: true });
  for (const path of ['/', '/refused', '/denied/', '/denied/nothing'])
    expect([path, await asked(path)]).toEqual([path, { allowed: false, named: [] }]);
  expect(lines).toHaveLength(4);
});

it('tells every program of the proxy by the variables that it reads', () => {
  const { env } = new EgressGrants().grant('fetch', []);
  expect([...env.keys()].sort()).toEqual([
    ...['HTTPS_PROXY', 'HTTP_PROXY', 'NODE_USE_ENV_PROXY', 'http_proxy', 'https_proxy'],
  ]);
  expect(env.get('http_proxy')).toMatch(/^http:\/\/lmcp:[0-9a-f]{48}@egress:3128$/);
});

it('answers nothing where a denial cannot be logged', async () => {
  const { authority } = await setUp(() => Promise.reject(new Error('full')));
  await expect(authority.decide({ token: 'guessed', ...github })).rejects.toThrow('500');
});
