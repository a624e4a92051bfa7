import { readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ClientTokenAnswer } from '../../gateway/src/api/clients.ts';
import type {
  HistoryAnswer,
  HistoryEntryAnswer,
  PreviewAnswer,
  RegistryViewAnswer,
} from '../../gateway/src/api/registry.ts';
import { sleep, until } from '../harness/gateway.ts';
import {
  ManagedGateway,
  codex,
  grantOther,
  managedRegistry,
  secrets,
  vscode,
} from '../harness/management.ts';
import { callTool, rpc, toolNames } from '../harness/rpc.ts';

let on: ManagedGateway;

beforeEach(async () => {
  on = await ManagedGateway.start();
});
afterEach(() => on[Symbol.asyncDispose]());

describe('apply', () => {
  test('changes the file and nothing but what was asked, keeps a copy, and is live immediately', async () => {
    const before = await on.fileText();
    expect((await callTool(on.gateway, codex, 'other__echo', {})).body.error?.code).toBe(-32003);
    const { status, body } = await on.apply(grantOther, { ifMatch: await on.revision() });
    expect(await toolNames(on.gateway, codex)).toContain('other__echo');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ok: true,
      applied: true,
      errors: [],
      changes_summary: ['client codex: may now use other'],
      revision: await on.revision(),
    });
    expect(body).not.toHaveProperty('restart_required');
    expect(await on.fileText()).toBe(before.replace('allow_servers: []', 'allow_servers: [other]'));
    expect(await readFile(body.backup_path ?? '', 'utf8')).toBe(before);
    for (const path of [on.gateway.registryPath, body.backup_path ?? '']) {
      expect((await stat(path)).mode & 0o777).toBe(0o600);
    }
    const [line] = (await on.loggedChanges()).slice(-1);
    expect(line).toMatchObject({ allowed: true, reason: 'ok', detail: { source: 'apply' } });
  });

  test('removing a server takes it from every client', async () => {
    await on.apply({ clients: { vscode: { tool_policy: { plain: { deny_tools: ['env'] } } } } });
    await on.apply({ servers: { plain: null } });
    const { clients, servers } = await on.fileData();
    expect(Object.keys(servers)).toEqual(['other']);
    expect(clients['vscode']).toEqual({ token: vscode.token, allow_servers: [], tool_policy: {} });
  });

  test('an outcome that is not valid is rejected with every reason, and logged', async () => {
    const before = await on.fileText();
    const asked = { clients: { codex: { allow_servers: ['nowhere'], token: 'short', rate_limit_rpm: 0 } } };
    const { status, body } = await on.apply(asked, { headers: { 'X-Request-Id': 'try-7' } });
    expect([status, body.applied, body.backup_path, body.history_id]).toEqual([200, false, null, null]);
    expect(body.errors.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['clients.codex.allow_servers[0]', 'clients.codex.rate_limit_rpm']),
    );
    for (const { message, fix, line } of body.errors) {
      expect([message, fix].every((text) => text.length > 5)).toBe(true);
      expect(line).toBeGreaterThan(0);
    }
    expect(await on.fileText()).toBe(before);
    const line = (await on.gateway.audit()).findLast(({ event }) => event === 'config_change');
    expect(line).toMatchObject({ allowed: false, reason: 'registry_invalid', request_id: 'try-7' });
  });

  test('settings that wait for the next start are named', async () => {
    const { body } = await on.apply({ lmcp: { audit_rotate_mib: 32, audit_log: 'logs/other.log' } });
    expect(body.restart_required).toEqual(['lmcp.audit_log']);
  });

  test('a secret that is set is in the file and never shown again', async () => {
    const fresh = 'a-fresh-secret-0123456789';
    const patch = { servers: { plain: { env: { API_KEY: fresh } } } };
    const preview = await on.ask<PreviewAnswer>('/management/preview', { body: { patch } });
    const applied = await on.apply(patch);
    const view = await on.ask('/registry/view');
    const history = await on.ask('/management/history');
    const entry = await on.ask(`/management/history/${applied.body.history_id ?? ''}`);
    const status = await on.ask('/status');
    expect((await on.fileData()).servers['plain']?.['env']).toEqual({ API_KEY: fresh, EMPTY: '' });
    const shown = [preview, applied, view, history, entry, status].map(({ text }) => text).join('\n');
    const log = await readFile(on.gateway.auditPath, 'utf8');
    for (const secret of [...secrets, fresh]) {
      expect(shown).not.toContain(secret);
      expect(log).not.toContain(secret);
      expect(on.gateway.output).not.toContain(secret);
    }
  });

  test('If-Match of another revision is 412, with the one active', async () => {
    const first = await on.revision();
    await on.apply(grantOther, { ifMatch: first });
    const { status, body } = await on.apply({ clients: { codex: null } }, { ifMatch: first });
    expect([status, body]).toMatchObject([
      412,
      { ok: false, error: 'revision_mismatch', revision: await on.revision() },
    ]);
    expect((await on.fileData()).clients).toHaveProperty('codex');
    expect((await on.loggedChanges()).at(-1)).toMatchObject({
      allowed: false,
      reason: 'registry_conflict',
    });
  });

  test('a hand edit of the same moment is not overwritten unseen', async () => {
    const seen = await on.revision();
    await on.gateway.writeRegistryText((await on.fileText()).replace('# harmless', '# edited by hand'));
    expect((await on.apply(grantOther, { ifMatch: seen })).status).toBe(412);
    expect((await on.apply(grantOther, { ifMatch: await on.revision() })).body.applied).toBe(true);
    expect(await on.fileText()).toContain('# edited by hand');
  });

  test('of twenty concurrent ones on one revision exactly one wins', async () => {
    const ifMatch = await on.revision();
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        on.apply(
          { clients: { [`agent${index}`]: { token: `token-of-agent-${index}-0123`, allow_servers: [] } } },
          { ifMatch },
        ),
      ),
    );
    const won = replies.filter(({ status }) => status === 200);
    expect(won.map(({ body }) => body.applied)).toEqual([true]);
    for (const { status } of replies) expect([200, 409, 412]).toContain(status);
    const { clients } = await on.fileData();
    expect(Object.keys(clients).filter((id) => id.startsWith('agent'))).toHaveLength(1);
  });

  test('of twenty concurrent ones on any revision the file holds all that were told so, and each is logged', async () => {
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        on.apply({
          clients: { [`agent${index}`]: { token: `token-of-agent-${index}-0123`, allow_servers: [] } },
        }),
      ),
    );
    const won = replies.flatMap(({ status }, index) => (status === 200 ? [`agent${index}`] : []));
    expect(won.length).toBeGreaterThan(0);
    for (const { status } of replies) expect([200, 409]).toContain(status);
    const { clients } = await on.fileData();
    expect(
      Object.keys(clients)
        .filter((id) => id.startsWith('agent'))
        .sort(),
    ).toEqual(won.sort());
    const lines = await on.loggedChanges();
    expect(lines.filter(({ allowed }) => allowed === true)).toHaveLength(won.length);
    expect(lines.filter(({ reason }) => reason === 'apply_in_progress')).toHaveLength(20 - won.length);
  });

  test('running calls are not disturbed', async () => {
    const pid = async (): Promise<unknown> =>
      (await callTool(on.gateway, vscode, 'plain__pid')).body.result?.['content'];
    const before = await pid();
    const running = callTool(on.gateway, vscode, 'plain__slow', { ms: 1500 });
    for (const limit of [100, 200, 300]) {
      await on.apply({ clients: { vscode: { rate_limit_rpm: limit } }, lmcp: { audit_rotate_mib: limit } });
    }
    expect((await running).body.result).toBeDefined();
    expect(await pid()).toEqual(before);
  });

  test('a call that runs on a server that is taken away is answered', async () => {
    await callTool(on.gateway, vscode, 'plain__echo');
    const running = callTool(on.gateway, vscode, 'plain__slow', { ms: 1500 });
    await until('the call runs', async () =>
      (await on.gateway.audit()).some(
        ({ event, tool_name }) => event === 'tool_authz' && tool_name === 'slow',
      ),
    );
    await on.apply({ servers: { plain: null } });
    expect((await callTool(on.gateway, vscode, 'plain__echo')).body.error?.code).toBe(-32003);
    expect((await running).body.result).toBeDefined();
  });

  test('a broken file on the disk is fixed first', async () => {
    const good = await on.fileText();
    await writeFile(
      on.gateway.registryPath,
      good.replace('servers: []', 'servers: [nowhere]').replace('port', 'prot'),
    );
    for (const path of ['/registry/apply', '/registry/validate', '/management/preview']) {
      const { status, body } = await on.ask(path, { body: { patch: grantOther } });
      expect([status, body]).toMatchObject([409, { error: 'invalid_registry' }]);
      expect(body.errors.map((problem) => problem.path)).toContain('lmcp.prot');
    }
    const { body } = await on.ask<RegistryViewAnswer>('/registry/view');
    expect(body.file_error?.problems.length).toBeGreaterThan(0);
    expect(body.registry.clients).toHaveProperty('codex');
    expect((await on.loggedChanges()).at(-1)).toMatchObject({ allowed: false, reason: 'registry_invalid' });
    await on.gateway.writeRegistryText(good);
    expect((await on.apply(grantOther)).body.applied).toBe(true);
  });

  test('a broken edit by hand is logged, and calls go on under the last valid one', async () => {
    const good = await on.fileText();
    await on.gateway.writeRegistryText(good.replace('servers: [plain]', 'servers: [nowhere]'));
    await until('it is logged', async () => (await on.loggedChanges()).length > 0);
    expect((await on.loggedChanges()).at(-1)).toMatchObject({
      allowed: false,
      reason: 'registry_invalid',
      detail: { source: 'file', problems: 1 },
    });
    expect((await callTool(on.gateway, vscode, 'plain__echo')).body.result).toBeDefined();
    const { body } = await on.ask('/status');
    expect(body).toMatchObject({
      status: { registry: { valid: false, error: expect.any(String) as string } },
    });
  });

  test('SIGKILL at any moment leaves a whole file with all that was confirmed', async () => {
    const withoutLimit = (text: string): string => text.replace(/ {4}rate_limit_rpm: \d+\n/, '');
    const rest = await on.fileText();
    let limit = 0;
    for (const delay of [0, 3, 9, 20, 45]) {
      const [start, confirmed] = [limit, { limit }];
      const writing = (async () => {
        for (;;) {
          const next = ++limit;
          const { status } = await on.apply({ clients: { vscode: { rate_limit_rpm: next } } });
          if (status !== 200) throw new Error(`status ${status}`);
          confirmed.limit = next;
        }
      })().catch(() => undefined);
      await until('something is written', () => confirmed.limit > start);
      await sleep(delay);
      await on.gateway.stop('SIGKILL');
      await writing;
      const text = await on.fileText();
      const written = Number(/rate_limit_rpm: (\d+)/.exec(text)?.[1]);
      expect(withoutLimit(text)).toBe(rest);
      expect([confirmed.limit, confirmed.limit + 1]).toContain(written);
      await on.gateway.run();
      expect((await on.ask<RegistryViewAnswer>('/registry/view')).body.file_error).toBeNull();
    }
    expect((await on.gateway.cli('audit', 'verify')).code).toBe(0);
  });

  test('a history that cannot be kept: nothing changes, and it is said', async () => {
    await writeFile(join(dirname(on.gateway.registryPath), '.registry-history'), 'no folder');
    const before = await on.fileText();
    const { status, body } = await on.apply(grantOther);
    expect([status, body]).toMatchObject([500, { error: 'internal_error' }]);
    expect((body as unknown as { message: string }).message).toContain('.registry-history');
    expect(await on.fileText()).toBe(before);
    expect((await on.loggedChanges()).at(-1)).toMatchObject({
      allowed: false,
      reason: 'registry_unwritable',
    });
  });
});

describe('history', () => {
  test('lists what was replaced, and goes back with the tokens of today', async () => {
    const first = await on.apply({ clients: { vscode: { allow_servers: ['plain', 'other'] } } });
    const rotated = await on.ask<ClientTokenAnswer>('/management/clients/vscode/rotate', {
      body: { keep_previous: false },
    });
    const removed = await on.ask('/management/clients/codex', { method: 'DELETE' });
    const { body: history } = await on.ask<HistoryAnswer>('/management/history');
    expect(history.entries.map(({ history_id }) => history_id)).toEqual(
      [removed, rotated, first].map(({ body }) => body.history_id),
    );
    expect(history.entries.map(({ changes_summary }) => changes_summary)).toEqual([
      ['client codex is removed'],
      ['client vscode: token is changed'],
      ['client vscode: may now use other'],
    ]);
    const oldest = history.entries.at(-1)?.history_id ?? '';
    const { body: entry } = await on.ask<HistoryEntryAnswer>(`/management/history/${oldest}`);
    expect(entry.preview).toMatchObject({ valid: true, revision: await on.revision() });
    expect(entry.preview.impact.map(({ client_id, change }) => [client_id, change])).toEqual([
      ['vscode', 'changed'],
    ]);
    const { body } = await on.ask(`/management/history/${oldest}/restore`, {
      body: {},
      ifMatch: await on.revision(),
    });
    expect(body.applied).toBe(true);
    expect(body.changes_summary).toEqual([
      'client vscode: may no longer use other',
      'client codex of the earlier registry is left out: it has no token today; add it again to give it one',
    ]);
    const text = await on.fileText();
    expect(text).toContain('# harmless');
    for (const token of [vscode.token, codex.token]) expect(text).not.toContain(token);
    expect((await rpc(on.gateway, vscode, 'tools/list')).body.error?.code).toBe(-32001);
    expect((await rpc(on.gateway, codex, 'tools/list')).body.error?.code).toBe(-32001);
    const today = { id: 'vscode', token: rotated.body.token ?? '' };
    expect(await toolNames(on.gateway, today)).toContain('plain__echo');
  });

  test('restoring is rejected on another revision, and undoes itself', async () => {
    const { body } = await on.apply(grantOther);
    const undo = `/management/history/${body.history_id ?? ''}/restore`;
    expect((await on.ask(undo, { body: {}, ifMatch: '000000000000' })).status).toBe(412);
    expect((await on.ask(undo, { body: {}, ifMatch: body.revision })).body.applied).toBe(true);
    expect(await on.fileText()).toBe(managedRegistry(on.gateway.port));
  });
});
