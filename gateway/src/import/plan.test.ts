import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { idFault } from '../registry/id.ts';
import { freeId, idFrom } from './ids.ts';
import { importPatch, planImport, type Present, type Source } from './plan.ts';
import { validPart } from './validPart.ts';

const none: Present = {
  servers: new Map(),
  clients: new Map([['codex', { allowServers: ['time'] }]]),
  secrets: new Map(),
};
const options = { env: {}, projects: false };
const source = (
  client: string | null,
  servers: Record<string, object>,
  project: string | null = null,
): Source => ({
  from: 'file',
  client,
  servers: Object.entries(servers).map(([name, entry]) => ({ name, entry: { ...entry }, project })),
});

describe('planImport', () => {
  test('takes the same server of two files once, and grants it to both', () => {
    const present = { ...none, clients: new Map([...none.clients, ['cursor', { allowServers: [] }]]) };
    const plan = planImport(
      [source('codex', { git: { command: 'x' } }), source('cursor', { other: { command: 'x', args: [] } })],
      present,
      options,
    );
    expect([...plan.servers.keys()]).toEqual(['git']);
    expect(importPatch(plan, present)).toEqual({
      servers: { git: { transport: 'stdio', command: 'x' } },
      clients: { codex: { allow_servers: ['time', 'git'] }, cursor: { allow_servers: ['git'] } },
    });
  });

  test('takes a server that one file disables for another than the enabled one', () => {
    const off = source('codex', { git: { command: 'x', disabled: true } });
    const plan = planImport([off, source('codex', { git: { command: 'x' } }), off], none, options);
    expect([...plan.servers].map(([id, { enabled }]) => [id, enabled])).toEqual([
      ['git', false],
      ['git-2', undefined],
    ]);
  });

  test('names different servers of one name apart', () => {
    const plan = planImport(
      [source('codex', { git: { command: 'x' } }), source('codex', { git: { command: 'y' } })],
      none,
      options,
    );
    expect([...plan.servers.keys()]).toEqual(['git', 'git-2']);
  });

  test('knows a server that the registry has, under any id', () => {
    const present = {
      ...none,
      servers: new Map([['mine', { transport: 'stdio', command: 'x', scope: 'shared' }]]),
    };
    const plan = planImport([source('codex', { git: { command: 'x' } })], present, options);
    expect(plan.servers.size).toBe(0);
    expect(plan.outcomes).toMatchObject([{ id: 'mine', state: 'known' }]);
    expect(importPatch(plan, present)).toEqual({ clients: { codex: { allow_servers: ['time', 'mine'] } } });
  });

  test('grants the servers of projects to nobody unless asked', () => {
    const sources = [source('codex', { git: { command: 'x' } }, '/src/app')];
    expect(planImport(sources, none, options).grants.size).toBe(0);
    expect(planImport(sources, none, { ...options, projects: true }).grants.get('codex')?.size).toBe(1);
  });

  test('leaves LMCP itself out', () => {
    const plan = planImport(
      [
        source('codex', {
          lmcp: { url: 'http://x' },
          gate: { url: 'http://x', headers: { 'X-Lmcp-Token': 't' } },
        }),
      ],
      none,
      options,
    );
    expect(plan.outcomes.map(({ state }) => state)).toEqual(['left_out', 'left_out']);
  });

  test('carries a tool list over as the policy of that client alone', () => {
    const plan = planImport(
      [source('codex', { git: { command: 'x', enabled_tools: ['a'] } })],
      none,
      options,
    );
    expect(importPatch(plan, none)).toMatchObject({
      clients: { codex: { tool_policy: { git: { mode: 'allow_list', allow_tools: ['a'] } } } },
    });
  });
});

test('planImport moves secrets out of servers, under names that are free', () => {
  const present = {
    ...none,
    secrets: new Map([
      ['git.API_KEY', 'another'],
      ['web.url', null],
    ]),
  };
  const key = 'x9Kf82LmQ0zP4rTb';
  const plan = planImport(
    [
      source('codex', {
        git: {
          command: 'x',
          args: ['--token', 'hunter22', `--key=${key}`, '-e', 'DEBUG=1'],
          env: { API_KEY: key, MODE: 'fast', B: '${HOME}' },
        },
        web: {
          url: `http://127.0.0.1:9/mcp?api_key=${key}&v=1`,
          headers: { Authorization: `Bearer ${key}`, Accept: 'x' },
        },
        ask: { command: 'y', env: { KEY: '${input:key}', URL: 'http://x/${input:a}' }, args: ['a'] },
      }),
    ],
    present,
    { env: { HOME: '/home/me' }, projects: false },
  );
  expect(Object.fromEntries(plan.servers)).toMatchObject({
    git: {
      args: ['--token', '${secret:git.token}', '--key=${secret:git.key}', '-e', 'DEBUG=1'],
      env: { API_KEY: '${secret:git.API_KEY-2}', MODE: 'fast', B: '${HOME}' },
    },
    web: {
      url: 'http://127.0.0.1:9/mcp?api_key=${secret:web.api_key}&v=1',
      headers: { Authorization: 'Bearer ${secret:web.Authorization}', Accept: 'x' },
    },
    ask: { env: { KEY: '${secret:ask.KEY}', URL: 'http://x/${secret:ask.URL}' } },
  });
  expect(Object.fromEntries(plan.secrets.get('web') ?? [])).toEqual({
    'web.Authorization': key,
    'web.api_key': key,
  });
  expect(plan.outcomes[2]?.notes).toEqual([
    'set its secret: lmcp secret set ask.KEY',
    'set its secret: lmcp secret set ask.URL',
  ]);
  expect(JSON.stringify(plan.outcomes)).not.toContain(key);
  const imported = {
    servers: plan.servers,
    clients: none.clients,
    secrets: new Map([...present.secrets, ...[...plan.secrets.values()].flatMap((named) => [...named])]),
  };
  const again = planImport(
    [
      source(null, {
        same: { command: 'y', env: { KEY: '${input:key}', URL: 'http://x/${input:a}' }, args: ['a'] },
      }),
    ],
    imported,
    options,
  );
  expect(again.outcomes).toMatchObject([{ id: 'ask', state: 'known' }]);
});

test('no value that is named as a secret stays in a server, and each comes back from where it went', () => {
  const value = fc
    .string({ minLength: 8 })
    .filter((text) => !/[$%{}<>]/.test(text) && !/^(Bearer|Basic|Token) |^your|^x+$|changeme/i.test(text));
  fc.assert(
    fc.property(value, (secret) => {
      const plan = planImport(
        [source(null, { a: { command: 'x', env: { API_TOKEN: secret } } })],
        none,
        options,
      );
      expect(plan.servers.get('a')).toMatchObject({ env: { API_TOKEN: '${secret:a.API_TOKEN}' } });
      expect(plan.secrets.get('a')).toEqual(new Map([['a.API_TOKEN', secret]]));
      const present = { ...none, servers: plan.servers, secrets: new Map([['a.API_TOKEN', secret]]) };
      const again = planImport(
        [source(null, { b: { command: 'x', env: { API_TOKEN: secret } } })],
        present,
        options,
      );
      expect(again.outcomes).toMatchObject([{ state: 'known', id: 'a' }]);
    }),
  );
});

test('validPart leaves out what the registry does not accept, with its reason, and grants nothing of it', () => {
  const plan = planImport(
    [source('codex', { good: { command: 'x' }, bad: { url: 'https://example.com' } })],
    none,
    options,
  );
  const part = validPart(plan, ({ servers }) =>
    servers.has('bad') ? [{ path: 'servers.bad.url', message: 'not loopback', fix: 'say so' }] : [],
  );
  expect([...part.servers.keys()]).toEqual(['good']);
  expect([...(part.grants.get('codex')?.keys() ?? [])]).toEqual(['good']);
  expect(part.outcomes[1]).toMatchObject({ id: null, state: 'left_out', notes: ['not loopback; say so'] });
});

test('every name becomes a valid id, and a free one', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 0, max: 4 }), (name, used) => {
      const id = idFrom(name);
      expect(idFault(id)).toBeNull();
      const taken = new Set([
        id,
        ...Array.from({ length: used }, (_, index) => `${id.slice(0, 62)}-${index + 2}`),
      ]);
      const free = freeId(id, taken);
      expect(idFault(free)).toBeNull();
      expect(taken.has(free)).toBe(false);
    }),
  );
});
