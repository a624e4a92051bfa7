import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lmcpProgram, runToEnd } from '../harness/commandLine.ts';
import { TestGateway } from '../harness/gateway.ts';
import { callerNamed, rpc } from '../harness/rpc.ts';
import { fixture } from '../harness/servers.ts';

const program = dirname(dirname(lmcpProgram));
const tester = callerNamed('tester');
/** What few starts need, and costs memory or time. */
const heavy = [
  ...['dockerode', '@sigstore/verify', '@napi-rs/keyring', 'oauth4webapi', 'jose', 'undici'],
  ...['jsonc-parser', 'smol-toml', 'diff'],
];
let gateway: TestGateway;
let hook: string;

beforeAll(async () => {
  gateway = await TestGateway.prepare({
    clients: { tester: { token: tester.token, allow_servers: ['plain', 'boxed', 'remote'] } },
    servers: {
      plain: fixture('plain-server.ts'),
      boxed: { transport: 'stdio', image: 'example.invalid/boxed:1', enabled: false },
      remote: { transport: 'http', url: 'http://127.0.0.1:9/mcp', enabled: false },
    },
  });
  hook = join(gateway.folder, 'loads.mjs');
  await writeFile(
    hook,
    `import { appendFileSync } from 'node:fs';
     import { registerHooks } from 'node:module';
     registerHooks({ load: (url, context, next) => (appendFileSync(process.env.LOADS, url + '\\n'), next(url, context)) });`,
  );
});
afterAll(() => gateway[Symbol.asyncDispose]());

/** The npm packages whose code a process has loaded, by the files of the bundle. */
async function loaded(path: string): Promise<string[]> {
  const packages = JSON.parse(await readFile(join(program, 'packages.json'), 'utf8')) as Record<
    string,
    string[]
  >;
  const urls = (await readFile(path, 'utf8')).split('\n').filter((url) => url.startsWith('file:'));
  const names = urls.flatMap((url) => {
    const file = fileURLToPath(url);
    const outside = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1];
    return outside === undefined ? (packages[relative(join(program, 'gateway/src'), file)] ?? []) : [outside];
  });
  return [...new Set(names)].sort();
}

async function loadedBy(...args: string[]): Promise<string[]> {
  const path = join(gateway.folder, `loads-${args[0]}`);
  const env = { ...process.env, LOADS: path, HOME: gateway.folder, LMCP_REGISTRY: gateway.registryPath };
  const { stderr, code } = await runToEnd(['--import', pathToFileURL(hook).href, lmcpProgram, ...args], {
    cwd: gateway.folder,
    env,
  });
  expect([code, stderr]).toEqual([0, expect.not.stringContaining('Error')]);
  return loaded(path);
}

test('lmcp --help loads what reads the command line alone', async () => {
  expect(await loadedBy('--help')).toEqual(['commander']);
});

test('the gateway serves and calls without the code of containers, sign-ins, keyrings and signatures', async () => {
  const path = join(gateway.folder, 'loads-serve');
  await gateway.run({
    NODE_OPTIONS: `--import=${pathToFileURL(hook).href}`,
    LOADS: path,
    HOME: gateway.folder,
  });
  const { body } = await rpc(gateway, tester, 'tools/call', { name: 'plain__echo', arguments: {} });
  expect(body).toHaveProperty('result');
  // `jsonc-parser` and `smol-toml` read the files of applications: a gateway that starts names those that are connected.
  const read = ['jsonc-parser', 'smol-toml', 'yaml'];
  expect(await loaded(path)).toEqual(['commander', 'eventsource-parser', ...read, 'zod']);
});

test('every heavy part is in the bundle or beside it, and is loaded where it is needed', async () => {
  const packages = JSON.parse(await readFile(join(program, 'packages.json'), 'utf8')) as Record<
    string,
    string[]
  >;
  const bundled = Object.values(packages).flat();
  expect(heavy.filter((name) => !bundled.includes(name))).toEqual(['@napi-rs/keyring']);
  expect(await loadedBy('connect', 'codex', '--client', 'tester', '--print')).toEqual(
    expect.arrayContaining(['jsonc-parser', 'smol-toml']),
  );
});
