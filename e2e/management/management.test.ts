import { readdir, writeFile } from 'node:fs/promises';
import { applicationNames } from '../../gateway/src/connect/applications/applications.ts';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ConnectAnswer } from '../../gateway/src/api/clients.ts';
import type { PreviewAnswer, RegistryViewAnswer, ValidateAnswer } from '../../gateway/src/api/registry.ts';
import { TestGateway, until } from '../harness/gateway.ts';
import {
  ManagedGateway,
  grantOther,
  manage,
  managedRegistry,
  managementToken,
  secrets,
  vscode,
} from '../harness/management.ts';
import { toolNames } from '../harness/rpc.ts';

let on: ManagedGateway;

beforeAll(async () => {
  on = await ManagedGateway.start();
});
afterAll(() => on[Symbol.asyncDispose]());

describe('the guard', () => {
  test.each([
    ['GET', '/registry/view'],
    ['POST', '/registry/apply'],
    ['POST', '/registry/validate'],
    ['POST', '/management/preview'],
    ['GET', '/management/history'],
    ['GET', '/management/clients'],
    ['DELETE', '/management/clients/codex'],
  ] as const)('%s %s needs the token, in its header', async (method, path) => {
    const body = method === 'POST' ? { body: { patch: grantOther } } : {};
    const without = await manage(on.gateway, undefined, path, { method, ...body });
    const wrong = await manage(on.gateway, `${managementToken}x`, path, { method, ...body });
    const ofClient = await manage(on.gateway, vscode.token, path, { method, ...body });
    const inQuery = await manage(on.gateway, undefined, `${path}?management_token=${managementToken}`, {
      method,
      ...body,
    });
    for (const { status, body: answer } of [without, wrong, ofClient, inQuery]) {
      expect([status, answer.error]).toEqual([403, 'management_unauthorized']);
    }
    const rejected = (await on.gateway.audit()).filter(({ event }) => event === 'management_auth');
    expect(rejected.slice(-4).map(({ allowed, reason }) => [allowed, reason])).toEqual(
      Array.from({ length: 4 }, () => [false, 'management_unauthorized']),
    );
    expect((await on.fileData()).clients['codex']).toMatchObject({ allow_servers: [] });
  });

  test('another page of the browser is rejected even with the token', async () => {
    for (const site of ['cross-site', 'same-site']) {
      const { status, body } = await on
        .apply(grantOther, { headers: { 'Sec-Fetch-Site': site } })
        .then((reply) => reply as unknown as { status: number; body: { error: string } });
      expect([status, body.error]).toEqual([403, 'origin_not_allowed']);
    }
    expect((await on.apply({}, { headers: { 'Sec-Fetch-Site': 'same-origin' } })).status).toBe(200);
    const rejected = (await on.gateway.audit()).filter(({ event }) => event === 'http_rejected');
    expect(rejected).toHaveLength(2);
  });

  test('a good token is logged once', async () => {
    await Promise.all(Array.from({ length: 5 }, () => on.ask('/registry/view')));
    const lines = (await on.gateway.audit()).filter(
      ({ event, allowed }) => event === 'management_auth' && allowed === true,
    );
    expect(lines).toHaveLength(1);
  });

  test('what a token reads is logged: its first use, each query of the log, and the count of the others', async () => {
    await using gateway = await TestGateway.start({ lmcp: { management_token: managementToken } });
    const headers = { 'X-Lmcp-Management-Token': managementToken };
    const uses = async () =>
      (await gateway.audit()).filter(({ event, allowed }) => event === 'management_auth' && allowed === true);
    await fetch(`${gateway.origin}/status`);
    expect(await uses()).toHaveLength(0);
    await fetch(`${gateway.origin}/status`, { headers });
    expect(await uses()).toHaveLength(1);
    await fetch(`${gateway.origin}/status`, { headers });
    await fetch(`${gateway.origin}/registry/view`, { headers });
    expect(await uses()).toHaveLength(1);
    const events = await fetch(`${gateway.origin}/events`, { headers });
    await events.body?.cancel();
    await fetch(`${gateway.origin}/management/audit?client=vscode&text=hunter2`, { headers });
    await gateway.stop();
    expect((await uses()).map(({ detail }) => detail)).toEqual([
      { endpoint: 'GET /status' },
      { endpoint: 'GET /events', query: {} },
      { endpoint: 'GET /management/audit', query: { client: 'vscode', text_length: 7 } },
      { count: 2, endpoints: { 'GET /status': 1, 'GET /registry/view': 1 } },
    ]);
  });

  test('what is no request of the API is told apart', async () => {
    expect((await on.ask('/registry/apply')).status).toBe(405);
    expect((await on.ask('/registry/apply', { body: { patch: 5 } })).body).toMatchObject({
      error: 'invalid_patch',
    });
    expect((await on.ask('/registry/apply', { body: { patch: {}, more: 1 } })).status).toBe(400);
    expect((await on.ask('/registry/view', { body: {} })).status).toBe(405);
    expect((await on.ask('/management/nothing')).status).toBe(404);
  });
});

test('the view has the keys of the file and none of its secrets', async () => {
  const { body, headers, text } = await on.ask<RegistryViewAnswer>('/registry/view');
  expect(headers.get('etag')).toBe(`"${body.revision}"`);
  expect(headers.get('cache-control')).toBe('no-store');
  expect(body).toMatchObject({ ok: true, path: on.gateway.registryPath, file_error: null });
  expect(body.registry.lmcp).toEqual({ port: on.gateway.port, management_token_status: 'set' });
  expect(body.registry.clients).toEqual({
    vscode: { token_status: 'set', allow_servers: ['plain'] },
    codex: { token_status: 'set', allow_servers: [] },
  });
  expect(body.registry.servers['plain']?.env).toEqual({ API_KEY: 'set', EMPTY: 'empty' });
  for (const secret of secrets) expect(text).not.toContain(secret);
});

test('validate tells what would change, and writes nothing', async () => {
  const before = await on.fileText();
  const good = await on.ask<ValidateAnswer>('/registry/validate', { body: { patch: grantOther } });
  expect(good.body).toEqual({
    ok: true,
    valid: true,
    errors: [],
    changes_summary: ['client codex: may now use other'],
  });
  const bad = await on.ask<ValidateAnswer>('/registry/validate', {
    body: { patch: JSON.parse('{"clients": {"__proto__": {"allow_servers": []}}}') as object },
  });
  expect(bad.body.valid).toBe(false);
  expect(bad.body.errors).toMatchObject([{ path: 'clients.__proto__', line: null }]);
  expect(await on.fileText()).toBe(before);
  expect(await readdir(dirname(on.gateway.registryPath))).not.toContain('.registry-history');
});

test('preview shows the file before and after, and what it means for each client', async () => {
  await toolNames(on.gateway, vscode);
  const patch = { clients: { codex: { allow_servers: ['plain', 'other'] }, vscode: null } };
  const { body, text } = await on.ask<PreviewAnswer>('/management/preview', { body: { patch } });
  expect(body).toMatchObject({
    ok: true,
    valid: true,
    errors: [],
    revision: await on.revision(),
    restart_required: [],
  });
  expect(body.before_yaml).toContain('    allow_servers: [plain] # harmless\n');
  expect(body.before_yaml).toContain('management_token: <redacted> # of <redacted>\n');
  expect(body.after_yaml).toContain('allow_servers: [plain, other]');
  expect(body.after_yaml).not.toContain('vscode');
  expect(body.impact.map(({ words }) => words)).toEqual([
    'codex gains 7 tools and the tools of other (not known yet)',
    'vscode is removed and loses 7 tools',
  ]);
  for (const secret of secrets) expect(text).not.toContain(secret);
  expect(await on.fileText()).toBe(managedRegistry(on.gateway.port));
});

test.each([
  ['nothing', 404, 'unknown_history_entry'],
  ['2026-01-01T00-00-00.000Z-000000000000', 404, 'unknown_history_entry'],
  ['..%2F..%2Fregistry', 400, 'malformed_request'],
])('there is no entry %s', async (id, status, error) => {
  const answer = await on.ask(`/management/history/${id}`);
  expect([answer.status, answer.body]).toMatchObject([status, { error }]);
});

test('clients connect with what each application reads, without the token', async () => {
  const { body, text } = await on.ask<ConnectAnswer>('/management/clients/vscode/connect');
  expect(body.endpoint).toBe(`${on.gateway.origin}/mcp`);
  expect(body.snippets.map(({ app }) => app)).toEqual(applicationNames);
  for (const { text: snippet } of body.snippets) {
    // An application that only starts commands gets the bridge, which finds the gateway by the registry.
    const addressed = snippet.includes(`${on.gateway.origin}/mcp`);
    expect(addressed || snippet.includes(on.gateway.registryPath)).toBe(true);
    expect(snippet).toContain('<TOKEN>');
  }
  expect(text).not.toContain(vscode.token);
});

test.each([
  ['POST', '/management/clients/nobody/rotate', { keep_previous: true }],
  ['POST', '/management/clients/nobody/retire', {}],
  ['DELETE', '/management/clients/nobody', undefined],
  ['GET', '/management/clients/nobody/connect', undefined],
] as const)('%s %s: there is no such client', async (method, path, body) => {
  const reply = await on.ask(path, { method, body });
  expect([reply.status, reply.body]).toMatchObject([404, { error: 'unknown_client' }]);
});

describe('the web interface', () => {
  test('is served at every path of it, under its policy', async () => {
    for (const path of ['/ui', '/ui/', '/ui/clients/codex?x=1']) {
      const answer = await fetch(on.gateway.origin + path);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
      expect(answer.headers.get('cache-control')).toBe('no-cache');
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(answer.headers.get('x-frame-options')).toBe('DENY');
      expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
      expect(answer.headers.get('cross-origin-opener-policy')).toBe('same-origin');
      expect(answer.headers.get('cross-origin-resource-policy')).toBe('same-origin');
      const policy = answer.headers.get('content-security-policy') ?? '';
      expect(policy.split('; ').sort()).toEqual([
        "base-uri 'none'",
        "connect-src 'self'",
        "default-src 'none'",
        "font-src 'self'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "img-src 'self' data:",
        'media-src data:',
        "script-src 'self'",
        "style-src 'self'",
      ]);
    }
  });

  test('its parts are there, with their types, and may be kept', async () => {
    const page = await (await fetch(`${on.gateway.origin}/ui`)).text();
    const parts = [...page.matchAll(/(?:src|href)="(\/ui\/[^"]+)"/g)].map(([, path = '']) => path);
    expect(parts.length).toBeGreaterThan(3);
    for (const part of parts) {
      const answer = await fetch(on.gateway.origin + part);
      expect(answer.status).toBe(200);
      const type = answer.headers.get('content-type') ?? '';
      expect(type).toMatch(part.endsWith('.js') ? /^text\/javascript/ : /^(text\/css|image\/svg)/);
      const kept = part.includes('/immutable/') ? 'public, max-age=31536000, immutable' : 'no-cache';
      expect(answer.headers.get('cache-control')).toBe(kept);
    }
    expect(page).not.toMatch(/https?:\/\//);
  });

  test('what it does not have, and a path out of its folder, is rejected in JSON', async () => {
    for (const [path, ...rejection] of [
      ['/ui/_app/immutable/none.js', 404, 'not_found'],
      ['/ui/..%2f..%2fpackage.json', 400, 'malformed_request'],
    ] as const) {
      const answer = await fetch(on.gateway.origin + path);
      expect([answer.status, ((await answer.json()) as { error: string }).error]).toEqual(rejection);
    }
    expect((await fetch(`${on.gateway.origin}/ui`, { method: 'POST' })).status).toBe(405);
  });
});

test('without a management token in the registry everything is management_disabled', async () => {
  await writeFile(
    on.gateway.registryPath,
    managedRegistry(on.gateway.port).replace(/ {2}management_token.*\n/, ''),
  );
  await until('management is off', async () => (await on.ask('/registry/view')).status === 403);
  expect((await on.ask('/registry/view')).body).toMatchObject({ ok: false, error: 'management_disabled' });
  expect((await on.apply(grantOther)).body).toMatchObject({ error: 'management_disabled' });
});
