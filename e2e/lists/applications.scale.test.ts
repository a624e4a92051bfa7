import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { installed } from '../harness/applications/application.ts';
import { chatApplications, runChat } from '../harness/applications/chatApplications.ts';
import { Codex } from '../harness/applications/codex.ts';
import { runCodeServer } from '../ui/harness/codeServer.ts';
import { runGemini } from '../harness/applications/gemini.ts';
import type { Session } from '../harness/applications/scriptedModel.ts';
import { TestGateway } from '../harness/gateway.ts';
import { callerNamed, searchTools, toolNames } from '../harness/rpc.ts';
import { sdkClients } from '../harness/sdkClients.ts';
import { everything, filesystem, memory, packaged } from '../harness/servers.ts';

// Applications as people install them, each connected by `lmcp connect` alone. None has a model: Codex and VS Code list and call by
// interfaces of their own; the others are given a script on loopback in the place of their model, which makes the calls below.

const caller = callerNamed('tester');
const whole = callerNamed('whole');
const none = 'none-0123456789';
/** All that VS Code and Copilot support. */
const supported = 128;

/** Listed always, and called directly. */
const direct = 'everything__get-sum';
/** Runs as a task alone, and so is listed to clients whose revision has tasks. */
const taskOnly = 'everything__simulate-research-query';
const listed = [...searchTools, direct].sort();
const queries = ['repeat what I say', 'echo', 'echoes back the input'];
const found = 'everything__echo';
const uses = [
  { name: 'find_tools', args: { queries } },
  { name: 'call_read_tool', args: { name: found, arguments: { message: 'through the search' } } },
  { name: direct, args: { a: 20_000, b: 22 } },
];

/** A server of e2e/applications/package.json, which lists its tools without a network. */
function server(script: string, env: Record<string, string> = {}, ...args: string[]) {
  return { transport: 'stdio', command: process.execPath, args: [installed(script), ...args], env };
}

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await TestGateway.prepare({});
  const folder = join(gateway.folder, 'files');
  mkdirSync(folder);
  const linear = server('@tacticlaunch/mcp-linear/dist/index.js', { LINEAR_API_TOKEN: none });
  const servers = {
    linear,
    // A second workspace, as people have it.
    linear_eu: linear,
    github: server('@modelcontextprotocol/server-github/dist/index.js', {
      GITHUB_PERSONAL_ACCESS_TOKEN: none,
    }),
    notion: server('.bin/notion-mcp-server', { NOTION_TOKEN: none }),
    airtable: server('.bin/airtable-mcp-server', { AIRTABLE_API_KEY: none }),
    devtools: server('.bin/chrome-devtools-mcp'),
    images: packaged('comfyui-mcp/dist/index.js'),
    browser: packaged('@playwright/mcp/cli.js', '--headless'),
    models: packaged('ollama-mcp-server/build/index.js'),
    files: filesystem(folder),
    memory: memory(),
    everything: everything(),
  };
  const granted = Object.keys(servers);
  const tools = { mode: 'auto', always: [direct] };
  await gateway.writeRegistry({
    clients: {
      tester: { token: caller.token, allow_servers: granted, tools },
      whole: { token: whole.token, allow_servers: granted },
    },
    servers: servers,
  });
  await gateway.run();
  // Servers that are slow to start are left out of the first lists.
  while ((await toolNames(gateway, whole)).length < 600);
  while ((await toolNames(gateway, caller)).length !== listed.length);
});
afterAll(() => gateway[Symbol.asyncDispose]());

/** The list is that of the search, and what is beyond it is found and called. */
function expectSearched({ offered, responses }: Session): void {
  expect(offered).toEqual(expect.arrayContaining(listed));
  expect(offered.filter((name) => name.includes('__') && name !== taskOnly)).toEqual([direct]);
  expect(offered.length).toBeLessThan(supported);
  const [search, call, sum] = responses.map((one) => JSON.stringify(one));
  expect(search).toContain(found);
  expect(call).toContain('Echo: through the search');
  expect(sum).toContain('20022');
}

/** Calls that got through, as the log has them, from now on. */
async function loggedCalls(): Promise<() => Promise<readonly string[]>> {
  const calls = async (): Promise<string[]> =>
    (await gateway.audit()).flatMap(({ event, server_id: id, tool_name: tool, detail }) =>
      event === 'tool_result' && id !== null && tool !== null
        ? [[id, tool, detail?.['via'] ?? 'directly', detail?.['outcome']].join(' ')]
        : [],
    );
  const before = (await calls()).length;
  return async () => (await calls()).slice(before);
}

async function showSearched(session: () => Promise<Session>): Promise<void> {
  const calls = await loggedCalls();
  expectSearched(await session());
  expect(await calls()).toEqual(['everything echo search ok', 'everything get-sum directly ok']);
}

test.each(Object.entries(chatApplications))(
  '%s, connected by `lmcp connect`, is offered the search and finds and calls tools by it',
  (_name, app) => showSearched(() => runChat(gateway, caller, app, uses)),
);

test('Gemini CLI, connected by `lmcp connect`, is offered the search and finds and calls tools by it', () =>
  showSearched(() => runGemini(gateway, caller, uses)));

test('Codex, connected by `lmcp connect`, is offered the search and finds and calls tools by it', () =>
  showSearched(async () => {
    await using codex = await Codex.start(gateway, caller);
    const responses: unknown[] = [];
    for (const { name, args } of uses) responses.push(await codex.call(name, args));
    return { offered: await codex.tools(), responses };
  }));

test('VS Code, connected by `lmcp connect`, is offered fewer tools than it supports and reaches all others', () =>
  showSearched(() => runCodeServer(gateway, caller, uses)));

test.each(sdkClients)('%s is listed the search, and finds and calls tools by it', (_name, connect) =>
  showSearched(async () => {
    await using client = await connect(gateway, caller);
    const { tools } = await client.listTools();
    const responses: unknown[] = [];
    for (const { name, args } of uses) responses.push(await client.callTool({ name, arguments: args }));
    return { offered: tools.map(({ name }) => name), responses };
  }),
);
