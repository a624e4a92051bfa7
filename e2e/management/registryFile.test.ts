import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ApplyAnswer, PreviewAnswer } from '../../gateway/src/api/registry.ts';
import type {
  RegistryFileAnswer,
  RegistrySchemaAnswer,
} from '../../gateway/src/api/settings/registryFile.ts';
import type { SettingsAnswer } from '../../gateway/src/api/settings/settings.ts';
import {
  codex,
  ManagedGateway,
  managedRegistry,
  secrets,
  vscode,
  type AnyAnswer,
} from '../harness/management.ts';
import { callTool } from '../harness/rpc.ts';

let on: ManagedGateway;
let file: RegistryFileAnswer;

beforeAll(async () => {
  on = await ManagedGateway.start();
});
afterAll(() => on[Symbol.asyncDispose]());
beforeEach(async () => {
  await on.gateway.writeRegistryText(managedRegistry(on.gateway.port));
  file = (await on.ask<RegistryFileAnswer>('/management/registry-file')).body;
});

const edited = (from: string, to: string): { text: string; revision: string } => {
  expect(file.text).toContain(from);
  return { text: file.text.replace(from, to), revision: file.revision };
};
const apply = <T = ApplyAnswer>(body: object) => on.ask<T>('/management/registry-file', { body });
const preview = <T = PreviewAnswer>(body: object) => on.ask<T>('/management/registry-file/preview', { body });

describe('the text of the registry', () => {
  test('has its comments and no secret', () => {
    expect(file.text).toContain('# harmless');
    for (const secret of secrets) expect(file.text).not.toContain(secret);
  });

  test('an edit changes what was edited and no other byte, secrets and comments included', async () => {
    const before = await on.fileText();
    const body = edited('allow_servers: []', 'allow_servers: [other] # for tests');
    const dryRun = await preview(body);
    expect(dryRun.body).toMatchObject({
      valid: true,
      errors: [],
      changes_summary: ['client codex: may now use other'],
    });
    for (const secret of secrets) expect(dryRun.text).not.toContain(secret);
    expect(await on.fileText()).toBe(before);
    const { body: answer } = await apply(body);
    expect(answer).toMatchObject({ applied: true, changes_summary: ['client codex: may now use other'] });
    expect(await on.fileText()).toBe(
      before.replace('allow_servers: []', 'allow_servers: [other] # for tests'),
    );
    expect((await callTool(on.gateway, codex, 'other__echo', { text: 'x' })).body.error).toBeUndefined();
  });

  test('problems have their lines in the text that was sent, and nothing is written', async () => {
    const before = await on.fileText();
    const body = edited('  other:\n', '  other:\n    colour: red\n');
    const line = body.text.split('\n').indexOf('    colour: red') + 1;
    for (const { errors } of [(await preview(body)).body, (await apply(body)).body])
      expect(errors).toContainEqual(expect.objectContaining({ line, path: 'servers.other.colour' }));
    expect(await on.fileText()).toBe(before);
  });

  test.each([
    ['a placeholder that was moved', 'codex:', 'codex2:', 'clients.codex2.token'],
    ['a placeholder at a new place', 'EMPTY: ""', 'EMPTY: <redacted>', 'servers.plain.env.EMPTY'],
  ])('%s is a problem at its line, and is never written', async (_what, from, to, path) => {
    const before = await on.fileText();
    const { body } = await apply(edited(from, to));
    expect(body).toMatchObject({ applied: false });
    expect(body.errors).toContainEqual(expect.objectContaining({ path, line: expect.any(Number) as number }));
    expect(await on.fileText()).toBe(before);
  });

  test('secrets do not follow a server to another program', async () => {
    const { status, body } = await apply<AnyAnswer>(
      edited('    transport: stdio\n    command:', '    transport: stdio\n    cwd: /\n    command:'),
    );
    expect([status, body.error]).toEqual([409, 'secret_required']);
  });

  test('an edit of an older text is rejected, and so is its dry run', async () => {
    await on.apply({ lmcp: { rate_limit_rpm: 100 } });
    const body = edited('# harmless', '# edited');
    expect((await preview<AnyAnswer>(body)).body.error).toBe('revision_mismatch');
    expect((await apply<AnyAnswer>(body)).status).toBe(412);
    expect(await on.fileText()).not.toContain('# edited');
  });

  test('the scope access denies an edit with its reason; the text can be read', async () => {
    const text = managedRegistry(on.gateway.port).replace('lmcp:\n', 'lmcp:\n  management_scope: access\n');
    await on.gateway.writeRegistryText(text);
    file = (await on.ask<RegistryFileAnswer>('/management/registry-file')).body;
    expect(file.text).toContain('management_scope: access');
    const { status, body } = await apply<AnyAnswer>(edited('# harmless', '# edited'));
    expect([status, body.error]).toEqual([403, 'management_scope']);
    expect(await on.fileText()).toBe(text);
  });
});

test('the schema of the registry describes its keys', async () => {
  const { body } = await on.ask<RegistrySchemaAnswer>('/management/registry-schema');
  expect(body.schema).toMatchObject({
    title: 'LMCP registry',
    properties: { servers: {}, clients: {}, lmcp: {} },
  });
});

test('the settings tell what applies, what waits for a restart, the log and the tokens, and no secret', async () => {
  await callTool(on.gateway, vscode, 'plain__echo', { text: 'x' });
  await on.apply({
    lmcp: { audit_log: 'logs/other.log', max_body_mib: 4 },
    clients: { codex: { token: 'token-of-codex-that-is-new' } },
  });
  const { body, text } = await on.ask<SettingsAnswer>('/management/settings');
  expect(body.settings).toMatchObject({
    port: on.gateway.port,
    max_body_mib: 4,
    max_result_mib: 32,
    browser_sign_in: true,
  });
  expect(body.restart_required).toEqual(['lmcp.audit_log']);
  expect(body.log.segments).toBe(1);
  expect(body.log.bytes).toBeGreaterThan(1_000);
  expect(body.log.disk_free_bytes).toBeGreaterThan(0);
  expect(body.log.disk_bytes).toBeGreaterThan(body.log.disk_free_bytes);
  expect(body.tokens.map(({ client_id, stored }) => [client_id, stored])).toEqual([
    [null, ['text']],
    ['vscode', ['text']],
    ['codex', ['text']],
  ]);
  const [management, editor, agent] = body.tokens;
  expect([management?.used_at, editor?.used_at, agent?.changed_at]).toEqual([
    expect.any(Number),
    expect.any(Number),
    expect.any(Number),
  ]);
  expect(editor?.changed_at).toBeNull();
  for (const secret of [...secrets, 'token-of-codex-that-is-new']) expect(text).not.toContain(secret);
});
