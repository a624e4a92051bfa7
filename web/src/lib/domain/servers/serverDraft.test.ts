import { expect, test } from 'vitest';
import type { ServerView } from 'lmcp-gateway/src/api/schema/registryView.ts';
import { draftOf, draftOfDefinition, readDraft, secretsToEnter, type ServerDraft } from './serverDraft.ts';
import { mergePatch, pruneUnchanged } from '../access/patch.ts';

const process: ServerView = {
  transport: 'stdio',
  command: 'npx',
  args: ['-y', 'git-mcp'],
  env: { TOKEN: 'set', EMPTY: 'empty' },
  timeouts: { tools_call_s: 30 },
  tool_policy: { mode: 'deny_all' },
};

function edited(
  view: ServerView,
  texts: Partial<ServerDraft['texts']>,
  more: Partial<ServerDraft> = {},
): ServerDraft {
  const draft = draftOf(view);
  return { ...draft, ...more, texts: { ...draft.texts, ...texts } };
}

test('a form that was not touched changes nothing', () => {
  const container: ServerView = {
    transport: 'stdio',
    image: 'files',
    mounts: [
      { source: '/home/me/docs', target: '/docs', read_only: true },
      { source: 'cache', target: '/cache', read_only: false },
    ],
    read_only: false,
    cpus: 0.5,
  };
  const http: ServerView = {
    transport: 'http',
    url: 'http://127.0.0.1:9000/mcp',
    headers: { Authorization: 'set' },
  };
  const remote: ServerView = {
    ...http,
    url: 'https://mcp.example.com/mcp',
    remote: true,
    allow_private: false,
    tls: { ca_file: 'ca.pem' },
    client_requests: { sampling: 'deny', roots: 'allow' },
  };
  for (const view of [process, container, http, remote, { ...http, transport: 'sse' }] as const) {
    const reading = readDraft(draftOf(view), view);
    expect(reading.ok && pruneUnchanged(reading.entry, view)).toEqual({});
  }
});

test('what is emptied is removed, what is typed replaces, secrets stay unless typed again', () => {
  const draft = edited(
    process,
    { args: '', tools_call_s: '', initialize_s: '20' },
    {
      env: [
        { name: 'TOKEN', value: '', stored: true, removed: false },
        { name: 'EMPTY', value: '', stored: true, removed: true },
        { name: 'NEW', value: 'x', stored: false, removed: false },
      ],
    },
  );
  const reading = readDraft(draft, process);
  expect(reading.ok && pruneUnchanged(reading.entry, process)).toEqual({
    args: null,
    timeouts: { initialize_s: 20, tools_call_s: null },
    env: { EMPTY: null, NEW: 'x' },
  });
});

test('another kind takes the keys of the old one out and keeps the policy', () => {
  const reading = readDraft(edited(process, { url: 'http://127.0.0.1:9/mcp' }, { kind: 'http' }), process);
  expect(reading.ok && mergePatch(process, reading.entry)).toEqual({
    transport: 'http',
    url: 'http://127.0.0.1:9/mcp',
    timeouts: { tools_call_s: 30 },
    tool_policy: { mode: 'deny_all' },
  });
});

test('what a server may ask clients for, and where it is, are keys of the form', () => {
  const remote: ServerView = {
    transport: 'http',
    url: 'https://mcp.example.com/mcp',
    remote: true,
    client_requests: { sampling: 'deny' },
  };
  const reading = readDraft(edited(remote, { sampling: '', roots: 'deny', allow_private: 'true' }), remote);
  expect(reading).toMatchObject({
    entry: { allow_private: true, client_requests: { sampling: null, roots: 'deny' } },
  });
  expect(readDraft(edited(remote, { remote: '' }), remote)).toMatchObject({ entry: { remote: null } });
});

test('what can’t be read is named', () => {
  const reading = readDraft(
    edited(process, { command: ' ', idle_stop_s: 'soon', mounts: 'nowhere' }),
    undefined,
  );
  expect(reading.ok ? [] : [...reading.errors.keys()].sort()).toEqual(['command', 'idle_stop_s', 'mounts']);
});

test('secrets that would go to another program are to be entered again, or removed', () => {
  const names = (draft: ServerDraft, view: ServerView | undefined = process): string[] => [
    ...secretsToEnter(draft, view),
  ];
  expect(names(draftOf(process))).toEqual([]);
  expect(names(edited(process, { tools_call_s: '5', idle_stop_s: '9' }))).toEqual([]);
  for (const texts of [{ command: 'sh' }, { args: '-y\nother-mcp' }, { cwd: '/elsewhere' }])
    expect(names(edited(process, texts))).toEqual(['TOKEN']);
  const row = { name: 'TOKEN', value: '', stored: true, removed: false };
  for (const env of [[{ ...row, value: 'again' }], [{ ...row, removed: true }]])
    expect(names(edited(process, { command: 'sh' }, { env }))).toEqual([]);
  expect([...secretsToEnter(edited(process, { command: 'sh' }), undefined)]).toEqual([]);
});

test('secrets beside another variable or mount are to be entered again, other variables are not', () => {
  const view: ServerView = {
    transport: 'stdio',
    image: 'files',
    env: { TOKEN: 'set', DATA: 'set', LOG_LEVEL: 'set' },
  };
  const names = (texts: Partial<ServerDraft['texts']>, name?: string): string[] => {
    const draft = edited(view, texts);
    const row = { value: 'new', stored: draft.env.some((one) => one.name === name), removed: false };
    const env = [...draft.env.filter((one) => one.name !== name), ...(name ? [{ ...row, name }] : [])];
    return [...secretsToEnter({ ...draft, env }, view)];
  };
  expect(names({ mounts: '/tmp:/app' })).toEqual(['TOKEN']);
  expect(names({ network: 'bridge' })).toEqual(['TOKEN']);
  for (const name of ['NODE_OPTIONS', 'DATA']) expect(names({}, name)).toEqual(['TOKEN']);
  for (const name of ['LOG_LEVEL', 'TOKEN', 'OTHER_TOKEN']) expect(names({}, name)).toEqual([]);
});

test('headers follow to another path of the same origin, and not to another origin', () => {
  const http: ServerView = {
    transport: 'http',
    url: 'http://127.0.0.1:9000/mcp',
    headers: { Authorization: 'set' },
  };
  const moved = (url: string): string[] => [...secretsToEnter(edited(http, { url }), http)];
  expect(moved('http://127.0.0.1:9000/other')).toEqual([]);
  for (const url of ['http://127.0.0.1:9001/mcp', 'https://127.0.0.1:9000/mcp', 'http://localhost:9000/mcp'])
    expect(moved(url)).toEqual(['Authorization']);
});

test('a pasted definition is the form of a new server, with what the form has no field for', () => {
  const definition = {
    transport: 'stdio',
    command: 'npx',
    args: ['-y', 'git-mcp'],
    env: { TOKEN: '${secret:git.TOKEN}' },
    timeouts: { tools_call_s: 30 },
    enabled: false,
  };
  expect(readDraft(draftOfDefinition(definition), undefined)).toEqual({ ok: true, entry: definition });
});
