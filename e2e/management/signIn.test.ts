import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { TestGateway } from '../harness/gateway.ts';
import { manage, managementToken } from '../harness/management.ts';
import { fixture } from '../harness/servers.ts';

const base = {
  clients: { tester: { token: 'token-of-tester-0123456789', allow_servers: ['plain'] } },
  servers: { plain: fixture('plain-server.ts') },
};

/** The link that `lmcp open` prints, and its code. */
async function link(gateway: TestGateway): Promise<{ url: string; code: string }> {
  const { code: status, stdout, stderr } = await gateway.cli('open', '--print');
  expect([status, stderr]).toEqual([0, expect.stringContaining('once, within 60 s')]);
  const url = stdout.trim();
  expect(url.startsWith(`${gateway.origin}/ui/#sign-in=`)).toBe(true);
  return { url, code: url.split('=')[1] ?? '' };
}

const exchange = (gateway: TestGateway, code: string) =>
  manage<{ ok: boolean; error?: string; token?: string }>(gateway, undefined, '/sign-in', {
    method: 'POST',
    headers: { 'X-Lmcp-Sign-In-Code': code },
  });

async function session(gateway: TestGateway): Promise<string> {
  const { body } = await exchange(gateway, (await link(gateway)).code);
  return body.token ?? '';
}

test('without a management token a link signs in once, and every other token stays disabled', async () => {
  await using gateway = await TestGateway.start(base);
  const { code } = await link(gateway);
  const { status, body } = await exchange(gateway, code);
  expect(status).toBe(200);
  const token = body.token ?? '';
  expect((await manage(gateway, token, '/registry/view')).status).toBe(200);
  const again = await exchange(gateway, code);
  expect([again.status, again.body.error]).toEqual([403, 'sign_in_rejected']);
  for (const wrong of [code, 'x'.repeat(43), `${token}x`]) {
    const denied = await manage(gateway, wrong, '/registry/view');
    expect([denied.status, denied.body.error]).toEqual([403, 'management_disabled']);
  }
  const lines = (await gateway.audit()).filter(({ event }) => event === 'management_auth');
  const [issued, begun] = lines.filter(({ detail }) => detail?.['sign_in'] !== undefined);
  expect([issued?.detail?.['sign_in'], begun?.detail?.['sign_in']]).toEqual(['link', 'session']);
  const id = issued?.detail?.['session'];
  const used = lines.filter(({ detail }) => detail?.['session'] === id && 'endpoint' in (detail ?? {}));
  expect(used.map(({ detail }) => detail?.['endpoint'])).toEqual(['GET /registry/view']);
  expect(lines.filter(({ reason }) => reason === 'sign_in_rejected')).toHaveLength(1);
  const written = JSON.stringify(await gateway.audit()) + gateway.output;
  expect([code, token].filter((secret) => written.includes(secret))).toEqual([]);
});

test('the network is given no link, not even with the management token', async () => {
  await using gateway = await TestGateway.start({ ...base, lmcp: { management_token: managementToken } });
  for (const token of [undefined, managementToken, await session(gateway)]) {
    const { status, body } = await manage(gateway, token, '/management/sign-in-link', { method: 'POST' });
    expect([status, body.error]).toEqual([403, 'socket_required']);
  }
});

test('a session ends when it signs out, and its streams with it; the management token stays', async () => {
  await using gateway = await TestGateway.start({ ...base, lmcp: { management_token: managementToken } });
  const token = await session(gateway);
  const events = await fetch(`${gateway.origin}/events`, { headers: { 'X-Lmcp-Management-Token': token } });
  const ended = events.text();
  const out = { method: 'DELETE' } as const;
  expect((await manage(gateway, token, '/management/session', out)).body).toEqual({ ok: true, ended: true });
  await ended;
  const after = await manage(gateway, token, '/registry/view');
  expect([after.status, after.body.error]).toEqual([403, 'management_unauthorized']);
  const kept = await manage(gateway, managementToken, '/management/session', out);
  expect(kept.body).toEqual({ ok: true, ended: false });
  expect((await manage(gateway, managementToken, '/registry/view')).status).toBe(200);
});

test('browser_sign_in: false forbids links and ends sessions; a restart ends them too', async () => {
  await using gateway = await TestGateway.start(base);
  const token = await session(gateway);
  const { code } = await link(gateway);
  await gateway.writeRegistry({ ...base, lmcp: { browser_sign_in: false } });
  await expect.poll(async () => (await manage(gateway, token, '/registry/view')).status).toBe(403);
  expect((await exchange(gateway, code)).body.error).toBe('browser_sign_in_disabled');
  const open = await gateway.cli('open', '--print');
  expect([open.code, open.stdout]).toEqual([1, '']);
  expect(open.stderr).toContain('lmcp.browser_sign_in: false');
  await gateway.writeRegistry(base);
  await expect.poll(async () => (await manage(gateway, token, '/registry/view')).status).toBe(200);
  await gateway.stop();
  await gateway.run();
  expect((await manage(gateway, token, '/registry/view')).status).toBe(403);
});

test('the scope of the management token is the scope of a session', async () => {
  await using gateway = await TestGateway.start({ ...base, lmcp: { management_scope: 'access' } });
  const { status, body } = await manage(gateway, await session(gateway), '/management/servers/plain/start', {
    body: {},
  });
  expect([status, body.error]).toEqual([403, 'management_scope']);
});

test.runIf(process.platform === 'linux' && process.getuid?.() === 0)(
  'another user of the machine who reads the link is rejected, and the link stays valid',
  async () => {
    await using gateway = await TestGateway.start(base);
    const { code } = await link(gateway);
    const ask = `fetch('${gateway.origin}/sign-in', { method: 'POST', headers: { 'X-Lmcp-Sign-In-Code': '${code}' } })
      .then(async (answer) => console.log(answer.status, (await answer.json()).error))`;
    // Root starts it, so that a Node that only root can read is one, too.
    const become = `process.setgid(65534); process.setuid(65534); ${ask}`;
    const { stdout } = spawnSync(process.execPath, ['-e', become], { encoding: 'utf8' });
    expect(stdout.trim()).toBe('403 sign_in_rejected');
    expect((await exchange(gateway, code)).status).toBe(200);
  },
);

test('lmcp open names what to do where no gateway runs', async () => {
  await using gateway = await TestGateway.prepare(base);
  const { code, stdout, stderr } = await gateway.cli('open', '--print');
  expect([code, stdout, stderr]).toEqual([1, '', expect.stringMatching(/lmcp(\.mjs)? serve/)]);
});
