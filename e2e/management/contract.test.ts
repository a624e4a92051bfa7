import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HistoryAnswer } from '../../gateway/src/api/registry.ts';
import type { Endpoint } from '../../gateway/src/api/endpoint.ts';
import { serverSignInEndpoints } from '../../gateway/src/api/signIn/serverSignIns.ts';
import { auditLine, publicAuditLine } from '../../gateway/src/api/schema/auditLine.ts';
import { openApiDocument } from '../../gateway/src/api/openapi/openApiDocument.ts';
import { version } from '../../gateway/src/version.ts';
import { endpoints } from '../harness/contract.ts';
import {
  grantOther,
  manage,
  ManagedGateway,
  managementToken,
  vscode,
  type Asked,
} from '../harness/management.ts';
import { credentialsOf } from '../harness/rpc.ts';

// `manage` compares every answer with the schema of its endpoint; here each endpoint is asked once.

let managed: ManagedGateway;

beforeAll(async () => {
  managed = await ManagedGateway.start();
});

afterAll(() => managed[Symbol.asyncDispose]());

const patch = grantOther;
const asVscode = credentialsOf(vscode);

interface Request extends Asked {
  readonly query?: string;
  readonly client_id?: string;
}

/** Stands for the active revision. */
const current = 'current';

/** What each endpoint is asked, by its id; nothing where its path says everything. */
const requests: Readonly<Record<string, Request>> = {
  status: { query: 'limit=5' },
  authCheck: { headers: asVscode },
  serverCheck: { query: 'server_id=plain', headers: asVscode },
  validatePatch: { body: { patch } },
  applyPatch: { body: { patch } },
  previewPatch: { body: { patch } },
  previewRegistryFile: {
    body: { text: 'lmcp: {}\nclients: {}\nservers: {}\n', revision: current },
  },
  editRegistryFile: { body: { text: 'lmcp: <redacted>\n', revision: current } },
  restoreHistoryEntry: { body: {} },
  previewAccess: { body: { patch } },
  explainAccess: { query: 'client=codex&server=plain&tool=echo' },
  clientTools: { query: 'mode=search&max=10&descriptions=short' },
  findTools: { query: 'q=echo&limit=3' },
  startServer: { body: {} },
  serverLogs: { query: 'after=0&wait_s=1' },
  stopServer: { body: {} },
  restartServer: { body: {} },
  refreshServer: { body: {} },
  testServer: { body: {} },
  tryServer: { body: { patch: {} } },
  acknowledgeTools: { body: { tools: null } },
  revokeApprovals: { body: { tools: ['echo'] } },
  addClient: { body: { client_id: 'added', allow_servers: ['plain'] } },
  rotateToken: { body: { keep_previous: true } },
  retireTokens: { body: {} },
  removeClient: { client_id: 'added' },
  connectApplication: { body: { action: 'connect', apply: false } },
  setSecret: { body: { name: 'ADDED', value: 'value-of-added' } },
  importServers: {
    body: { text: '{"mcpServers": {"added": {"command": "added"}}}', apply: false },
  },
  searchCatalogue: { query: 'q=memory' },
  addFromCatalogue: { body: { name: 'npm/memory', apply: false } },
  searchAudit: { query: 'limit=500' },
  getOverview: { query: 'range=24h' },
  getHistogram: { query: 'query=tool:echo&outcomes=true' },
  verifyAudit: { body: {} },
  getActivity: { query: 'minutes=5' },
  callTool: {
    body: { client_id: vscode.id, server_id: 'plain', tool: 'echo', arguments: { text: 'hello' } },
  },
};

/** What needs an application that asks: `e2e/access/authorizations.test.ts` compares their answers. */
const ofApplications = /^\/management\/authorizations\/./;
/** What needs more than a token: `signIn.test.ts` here, and for servers in `e2e/signin`, compares their answers. */
const signsIn: readonly string[] = ['socket', 'sign_in_code'];
const isComparedElsewhere = (id: string, { auth, path }: Endpoint): boolean =>
  signsIn.includes(auth) || ofApplications.test(path) || Object.hasOwn(serverSignInEndpoints, id);
const jsonEndpoints = [...endpoints].filter(
  ([id, endpoint]) => !('mediaType' in endpoint.answer) && !isComparedElsewhere(id, endpoint),
);

test.each(jsonEndpoints)(
  '%s answers as its schema says',
  async (id, { method, path, status = 200, auth }) => {
    const { query, client_id = vscode.id, ...asked } = requests[id] ?? {};
    const history = path.includes(':history_id') ? await historyId() : '';
    const filled = path
      .replace(':server_id', 'plain')
      .replace(':client_id', client_id)
      .replace(':app', 'codex')
      .replace(':secret_name', 'ADDED')
      .replace(':history_id', history);
    const target = query === undefined ? filled : `${filled}?${query}`;
    const token = auth === 'client' ? undefined : managementToken;
    const answer = await manage(managed.gateway, token, target, { method, ...(await atCurrent(asked)) });
    expect([answer.status, answer.text]).toEqual([status, expect.any(String)]);
  },
);

test('/status without the management token answers as its schema says', async () => {
  const { status, body } = await manage(managed.gateway, undefined, '/status');
  expect([status, body['status']]).toEqual([200, expect.objectContaining({ clients: [] })]);
});

test.each([
  ['with the management token', managementToken, auditLine],
  ['without it', undefined, publicAuditLine],
] as const)('each event of /events %s is a line as its schema says', async (_name, token, schema) => {
  const controller = new AbortController();
  const headers = new Headers({ 'Last-Event-ID': '0' });
  if (token !== undefined) headers.set('X-Lmcp-Management-Token', token);
  const response = await fetch(`${managed.gateway.origin}/events`, { headers, signal: controller.signal });
  let text = '';
  for await (const piece of response.body!.pipeThrough(new TextDecoderStream())) {
    text += piece;
    if (text.split('\ndata: ').length > 5) break;
  }
  controller.abort();
  const lines = [...text.matchAll(/^data: (.*)\n\n/gm)].map(([, data = '']) => JSON.parse(data) as unknown);
  expect(lines.length).toBeGreaterThanOrEqual(5);
  for (const line of lines) expect(schema.parse(line)).toEqual(line);
});

test('the export has lines as the schema says', async () => {
  const response = await fetch(`${managed.gateway.origin}/management/audit/export`, {
    headers: { 'X-Lmcp-Management-Token': managementToken },
  });
  const lines = (await response.text()).trim().split('\n');
  expect(lines.length).toBeGreaterThan(5);
  for (const line of lines) expect(auditLine.parse(JSON.parse(line))).toEqual(JSON.parse(line));
});

test('/management/openapi.json is the document of this version', async () => {
  const { body } = await managed.ask('/management/openapi.json');
  expect(body).toEqual(openApiDocument(version));
});

test('/management/openapi.json is denied without the management token', async () => {
  const { status, body } = await manage(managed.gateway, undefined, '/management/openapi.json');
  expect([status, body.error]).toEqual([403, 'management_unauthorized']);
});

async function atCurrent(asked: Asked): Promise<Asked> {
  const { body } = asked;
  if (typeof body !== 'object' || body === null || !('revision' in body)) return asked;
  return { ...asked, body: { ...body, revision: await managed.revision() } };
}

async function historyId(): Promise<string> {
  const { body } = await managed.ask<HistoryAnswer>('/management/history');
  return body.entries[0]!.history_id;
}
