import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fakeOllama } from '../harness/stubs/fakeOllama.ts';
import { freePort, TestGateway, until } from '../harness/gateway.ts';
import { callerNamed, callTool, serverOf, startAll, toolNames, type Reply } from '../harness/rpc.ts';
import { everything, filesystem, memory, packaged } from '../harness/servers.ts';

const caller = callerNamed('tester');
const folder = join(tmpdir(), `lmcp-e2e-files-${process.pid}`);
const stops: (() => void)[] = [];
let gateway: TestGateway;
let ollama: Awaited<ReturnType<typeof fakeOllama>>;
let page: string;

beforeAll(async () => {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'hello.txt'), 'hello from a file');
  ollama = await fakeOllama();
  const comfyui = await startComfyui();
  page = await servePage();
  const servers = {
    everything: everything(),
    filesystem: filesystem(folder),
    memory: { ...memory(), env: { MEMORY_FILE_PATH: join(folder, 'memory.json') } },
    'ollama-mcp': { ...packaged('ollama-mcp-server/build/index.js'), env: { OLLAMA_HOST: ollama.url } },
    'comfyui-mcp': { transport: 'http', url: `${comfyui.url}/mcp` },
    playwright: packaged(
      '@playwright/mcp/cli.js',
      '--headless',
      '--browser',
      'chromium',
      '--executable-path',
      '/usr/bin/chromium',
      '--no-sandbox',
      '--isolated',
      '--output-dir',
      folder,
    ),
  };
  gateway = await TestGateway.start({
    clients: { tester: { token: caller.token, allow_servers: Object.keys(servers) } },
    servers,
  });
  stops.push(() => ollama.close());
  await startAll(gateway, caller, Object.keys(servers));
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  for (const stop of stops) stop();
});

/** comfyui-mcp as users run it beside ComfyUI; there is no ComfyUI behind it here. */
async function startComfyui(): Promise<{ url: string }> {
  const port = await freePort();
  const { command, args } = packaged('comfyui-mcp/dist/index.js', '--http', '--port', String(port));
  const child: ChildProcess = spawn(command, args, {
    stdio: 'ignore',
    env: { ...process.env, COMFYUI_MCP_NO_SHARP: '1' },
  });
  stops.push(() => child.kill('SIGKILL'));
  const url = `http://127.0.0.1:${port}`;
  await until(
    'comfyui-mcp listens',
    () =>
      fetch(url).then(
        () => true,
        () => false,
      ),
    60_000,
  );
  return { url };
}

async function servePage(): Promise<string> {
  const html = `<!doctype html><title>Counter</title><button onclick="this.textContent='clicked '+(++window.n)">press</button><script>window.n=0</script>`;
  const server = createServer((_request, response) =>
    response.setHeader('Content-Type', 'text/html').end(html),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}/`;
}

function text({ body }: Reply): string {
  expect(body.error).toBeUndefined();
  return (body.result?.['content'] as { text?: string }[]).map((part) => part.text ?? '').join('\n');
}

test('all of them are in one list, under names that every client takes', async () => {
  const names = await toolNames(gateway, caller);
  const servers = new Set(names.map(serverOf));
  expect([...servers].sort()).toEqual([
    'comfyui-mcp',
    'everything',
    'filesystem',
    'memory',
    'ollama-mcp',
    'playwright',
  ]);
  expect(names.every((name) => /^[A-Za-z0-9_-]{1,52}$/.test(name))).toBe(true);
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThan(90);
});

test('server-everything: annotations and structured content pass unchanged', async () => {
  const { body } = await callTool(gateway, caller, 'everything__get-structured-content', {
    location: 'Chicago',
  });
  expect(body.result?.['structuredContent']).toMatchObject({ temperature: expect.any(Number) as number });
  const sum = await callTool(gateway, caller, 'everything__get-sum', { a: 2, b: 40 });
  expect(text(sum)).toContain('42');
});

test('server-filesystem reads within its folder, and rejects without it', async () => {
  const read = (path: string) => callTool(gateway, caller, 'filesystem__read_text_file', { path });
  expect(text(await read(join(folder, 'hello.txt')))).toBe('hello from a file');
  expect((await read('/etc/passwd')).body.result?.['isError']).toBe(true);
});

test('server-memory remembers from call to call', async () => {
  const entities = [{ name: 'LMCP', entityType: 'gateway', observations: ['decides whether'] }];
  await callTool(gateway, caller, 'memory__create_entities', { entities });
  expect(text(await callTool(gateway, caller, 'memory__search_nodes', { query: 'LMCP' }))).toContain(
    'decides whether',
  );
  expect(await readFile(join(folder, 'memory.json'), 'utf8')).toContain('LMCP');
});

test('ollama-mcp-server reaches the API that the registry names', async () => {
  expect(text(await callTool(gateway, caller, 'ollama-mcp__list'))).toContain('fake-model:latest');
  expect(ollama.requests).toContain('GET /api/tags');
});

test('comfyui-mcp over HTTP: its long list arrives whole, and a call is answered', async () => {
  const names = (await toolNames(gateway, caller)).filter((name) => name.startsWith('comfyui-mcp__'));
  expect(names.length).toBeGreaterThan(30);
  const { body } = await callTool(
    gateway,
    caller,
    names.find((name) => name.endsWith('__list_workflows')) ?? names[0]!,
    {},
  );
  expect(body.result?.['content']).toBeInstanceOf(Array);
});

test('Playwright MCP: the page is still there on the next call', async () => {
  await callTool(gateway, caller, 'playwright__browser_navigate', { url: page });
  const snapshot = async (): Promise<string> =>
    text(await callTool(gateway, caller, 'playwright__browser_snapshot'));
  const ref = /button "press" .*?\[ref=(\w+)\]/.exec(await snapshot())?.[1];
  expect(ref).toBeDefined();
  await callTool(gateway, caller, 'playwright__browser_click', { element: 'press', ref, target: ref });
  expect(await snapshot()).toContain('clicked 1');
});
