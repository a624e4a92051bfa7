import { existsSync, readFileSync } from 'node:fs';
import { formsOf } from '../../fixtures/secretForms.ts';
import { until } from '../../harness/gateway.ts';
import { manage } from '../../harness/management.ts';
import { isAlive } from '../../harness/processes/processes.ts';
import { callTool, rpc, type Reply } from '../../harness/rpc.ts';
import type { Outcome } from '../attempt.ts';
import {
  apiKey,
  managementToken,
  ownVariable,
  servers,
  victim,
  type Attacked,
  type PlaceAttempt,
} from './stage.ts';

const place = 'hostile server';
const attempt = (what: string, make: (on: Attacked) => Promise<Outcome>): PlaceAttempt => [place, what, make];
const textOf = ({ body, text }: Reply): string =>
  (body.result?.['content'] as { text: string }[] | undefined)?.[0]?.text ?? text;

/** What it does to the gateway; a call of another server is answered meanwhile and afterwards. */
const disturbs = (what: string, make: (on: Attacked) => Promise<Reply>): PlaceAttempt =>
  attempt(what, async (on) => {
    const done = make(on);
    const [meanwhile, { body, status }] = [await callTool(on.gateway, victim, 'plain__echo'), await done];
    const afterwards = await callTool(on.gateway, victim, 'plain__echo');
    const served = [meanwhile, afterwards].every((one) => one.body.result !== undefined);
    return {
      through: !served,
      by: `others were served; ${status} ${body.error?.message ?? 'answered'}`.slice(0, 110),
    };
  });

const hostile = (what: string, tool: string, args: object = {}): PlaceAttempt =>
  disturbs(what, ({ gateway }) => callTool(gateway, victim, `hostile__${tool}`, args));
const listing = (what: string, server: string): PlaceAttempt =>
  disturbs(what, ({ gateway }) =>
    rpc(gateway, victim, 'tools/call', { name: 'echo' }, { path: `/mcp/${server}` }),
  );

const disturbances: readonly PlaceAttempt[] = [
  hostile('answers with 40 MB', 'huge'),
  hostile('answers with 40 MB, its id last', 'huge', { id_last: true }),
  hostile('writes a line without an end', 'flood_line'),
  hostile('writes what is no message, without an end', 'flood_stdout'),
  hostile('writes 10 MB to stderr', 'flood_stderr'),
  hostile('writes 2 MB of numbers that a double cannot hold', 'numbers', { bytes: 1_900_000 }),
  hostile('writes 10,000 lines that are no JSON', 'garbage', { lines: 10_000 }),
  hostile('ends in the middle of an answer', 'half'),
  hostile('ends instead of answering', 'exit'),
  hostile('is killed instead of answering', 'kill'),
  hostile('never answers', 'hang'),
  ...servers.hostile.map((flag) => listing(`starts with --${flag}`, flag)),
  listing('sends an event without an end', 'endless-event'),
  listing('sends comments without an end', 'endless-comments'),
  listing('sends a body without an end', 'endless-body'),
];

/** The server asks; the client that it works for would see the question. */
const asks = (server: string, why: string) => (method: string, params: object) =>
  attempt(`asks a client for ${method}, ${why}`, async (on) => {
    const headers = {
      'Mcp-Session-Id': await capableSession(on, server),
      Accept: 'application/json, text/event-stream',
    };
    const call = { name: 'ask', arguments: { method, params } };
    const { text } = await rpc(on.gateway, victim, 'tools/call', call, { path: `/mcp/${server}`, headers });
    const lines = (await on.gateway.audit()).filter(
      ({ event, server_id: id }) => event === 'client_request' && id === server,
    );
    const put = text.includes(`"method":"${method}"`) || lines.some(({ allowed }) => allowed !== false);
    const refused = /\\"answer\\":\{\\"code\\":-/.test(text) && lines.length > 0;
    return { through: put || !refused, by: `logged as ${String(lines.at(-1)?.reason)}, and not put` };
  });

async function capableSession({ gateway }: Attacked, server: string): Promise<string> {
  const params = {
    protocolVersion: '2025-06-18',
    capabilities: { sampling: {}, elicitation: { form: {}, url: {} }, roots: {} },
    clientInfo: { name: 'capable', version: '1' },
  };
  const { headers } = await rpc(gateway, victim, 'initialize', params, { path: `/mcp/${server}` });
  return headers.get('mcp-session-id') ?? '';
}

const quiet = asks('quiet', 'which is denied');
const schema = { type: 'object', properties: { password: { type: 'string' } } };
const questions: readonly PlaceAttempt[] = [
  quiet('sampling/createMessage', { messages: [], maxTokens: 1 }),
  quiet('elicitation/create', { message: 'Your password?', requestedSchema: schema }),
  quiet('elicitation/create', {
    mode: 'url',
    message: 'Sign in',
    url: 'https://evil.example',
    elicitationId: 'e',
  }),
  quiet('roots/list', {}),
  ...['sampling/createMessage', 'elicitation/create', 'roots/list', 'tools/call', 'lmcp/dump'].map((method) =>
    attempt(`asks a client for ${method} that declared nothing`, async ({ gateway }) => {
      const reply = await callTool(gateway, victim, 'asking__ask', { method, params: {} });
      return { through: !/"answer":\{"code":-/.test(textOf(reply)), by: textOf(reply).slice(0, 90) };
    }),
  ),
];

const answers: readonly PlaceAttempt[] = [
  attempt('answers other calls', async ({ gateway }) => {
    const late = callTool(gateway, victim, 'hostile__late', { ms: 300 });
    const own = await callTool(gateway, victim, 'hostile__foreign');
    const got = [textOf(own), textOf(await late)];
    return { through: got.join() !== 'yours,late', by: `each call has its own answer: ${got.join(', ')}` };
  }),
  attempt('answers one call twice', async ({ gateway }) => {
    const got = [
      textOf(await callTool(gateway, victim, 'hostile__duplicate')),
      textOf(await callTool(gateway, victim, 'hostile__echo', { next: 1 })),
    ];
    return { through: got.join() !== 'first,{"next":1}', by: 'the next call has its own answer' };
  }),
  attempt('tells of progress of other calls', async ({ gateway }) => {
    const { text } = await rpc(
      gateway,
      victim,
      'tools/call',
      { name: 'hostile__progress' },
      {
        headers: { Accept: 'application/json, text/event-stream' },
      },
    );
    return { through: /424242|"x"/.test(text), by: 'no progress came for a token that was not given' };
  }),
  attempt('reads the gateway’s environment', async ({ gateway }) => {
    const names = textOf(await callTool(gateway, victim, 'plain__env'));
    return {
      through: names.includes(ownVariable) || !names.includes('PATH'),
      by: 'it has the fixed list alone',
    };
  }),
  attempt('changes a tool that was approved', async ({ gateway, deceiver }) => {
    const before = await callTool(gateway, victim, 'pinned__read');
    await deceiver.changeTool();
    await callTool(gateway, victim, 'pinned__refresh');
    await until('the change is logged', async () =>
      (await gateway.audit()).some(({ event }) => event === 'tool_definition_changed'),
    );
    const { body } = await callTool(gateway, victim, 'pinned__read');
    return {
      through: before.body.result === undefined || body.result !== undefined,
      by: String(body.error?.message).slice(0, 90),
    };
  }),
  attempt('leaves a process behind that left its group and its parent', async ({ gateway, pidFile }) => {
    await callTool(gateway, victim, 'daemon__echo');
    // It may have been started before, for a list.
    const alive = (): number[] => pidsIn(pidFile).filter(isAlive);
    await until('it has its daemon', () => alive().length >= 2);
    const stopped = await manage(gateway, managementToken, '/management/servers/daemon/stop', { body: {} });
    await until('they are gone', () => alive().length === 0).catch(() => undefined);
    const by = `${stopped.status}: of its processes ${alive().length} are left`;
    return { through: stopped.status !== 200 || alive().length > 0, by };
  }),
];

function pidsIn(file: string): number[] {
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').map(Number) : [];
}

const forms = formsOf(apiKey);

/** It was sent a secret, and repeats it wherever it can. */
const leaks = (what: string, server: string): PlaceAttempt =>
  attempt(what, async ({ gateway }) => {
    await rpc(gateway, victim, 'tools/list', {}, { path: `/mcp/${server}` });
    await callTool(gateway, victim, `${server}__told`);
    const headers = { 'X-Lmcp-Management-Token': managementToken };
    const shown = await Promise.all(
      ['/status?limit=500', `/management/servers/${server}`, '/management/audit'].map(async (path) =>
        (await fetch(gateway.origin + path, { headers })).text(),
      ),
    );
    const all = [...shown, gateway.output, JSON.stringify(await gateway.audit())].join('\n');
    const told = forms.find((form) => all.includes(form));
    const heard = (await gateway.audit()).some(({ server_id: id }) => id === server);
    return {
      through: told !== undefined || !heard,
      by: told ?? 'the secret is in no answer, log or output',
    };
  });

const secrets: readonly PlaceAttempt[] = [
  ...servers.leaking.map((mode) => leaks(`repeats its secret (${mode})`, `leaking-${mode}`)),
  ...(['redirecting', 'elsewhere'] as const).map((way) =>
    attempt(
      `sends the gateway, with its headers, to another address (${way})`,
      async ({ gateway, deceiver }) => {
        await rpc(gateway, victim, 'tools/list', {}, { path: `/mcp/${way}` });
        const taken = deceiver.taken.filter((request) => request.includes('kP9'));
        const tried = (await gateway.audit()).some(({ server_id: id }) => id === way);
        return {
          through: taken.length > 0 || !tried,
          by: `nothing was sent there (${deceiver.taken.length} requests)`,
        };
      },
    ),
  ),
];

/** What a server tries that runs for a client which calls it. */
export const serverAttempts: readonly PlaceAttempt[] = [
  ...disturbances,
  ...questions,
  ...answers,
  ...secrets,
];
