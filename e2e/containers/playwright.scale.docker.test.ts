import { execFileSync } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  buildImage,
  containerServer,
  containersOf,
  realEngine,
  type RunningServer,
  runServer,
  sweepInstance,
  testInstance,
} from '../harness/docker/containers.ts';

const { engine, docker } = realEngine();
const instance = testInstance();
const image = 'lmcp-playwright:test';
let page: Server;
let address: string;

beforeAll(async () => {
  buildImage('playwright', image);
  const { IPAM: ipam } = (await docker.getNetwork('bridge').inspect()) as {
    IPAM: { Config: { Gateway: string }[] };
  };
  page = createServer((_request, response) => {
    response.setHeader('Content-Type', 'text/html');
    response.end('<h1>Hello from the host</h1><button onclick="this.textContent=\'pressed\'">press</button>');
  });
  const host = ipam.Config[0]!.Gateway;
  await new Promise<void>((resolve) => page.listen(0, host, resolve));
  address = `http://${host}:${(page.address() as AddressInfo).port}/`;
}, 600_000);

afterAll(async () => {
  await sweepInstance(engine, instance);
  page.close();
});

async function browser(
  network: string,
  env: ReadonlyMap<string, string> = new Map(),
): Promise<RunningServer> {
  const server = await runServer(containerServer({ image, network, env, memory: 1024 ** 3 }), {
    engine,
    instance,
  });
  const clientInfo = { name: 'test', version: '1' };
  await server.request('initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo });
  await server.channel.send(JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' }));
  return server;
}

it('browses in a hardened container and keeps its page between calls', async () => {
  const server = await browser('bridge');
  await server.call('browser_navigate', { url: address });
  const { text } = await server.call('browser_snapshot');
  expect(text).toContain('Hello from the host');
  const ref =
    /button "press" .*?\[ref=(\w+)\]/.exec(text)?.[1] ?? /button "press" \[ref=(\w+)\]/.exec(text)?.[1];
  await server.call('browser_click', { element: 'press', ref, target: ref });
  expect((await server.call('browser_snapshot')).text).toContain('pressed');
  await server.channel.close();
});

it('removes its oldest output beyond a limit', async () => {
  const { Config: config } = await docker.getImage(image).inspect();
  const limit = 'PLAYWRIGHT_MCP_OUTPUT_MAX_SIZE';
  expect(config.Env).toContain(`${limit}=134217728`);
  const server = await browser('bridge', new Map([[limit, '1000']]));
  await server.call('browser_navigate', { url: address });
  for (const name of ['a', 'b', 'c']) {
    const { text } = await server.call('browser_take_screenshot', { filename: `/tmp/output/${name}.png` });
    expect(text).toContain(`${name}.png`);
  }
  const [container] = await containersOf(instance);
  const listed = execFileSync('docker', ['exec', container!.Id, 'ls', '/tmp/output'], { encoding: 'utf8' });
  expect(listed.match(/[abc]\.png/g)).toEqual(['c.png']);
  await server.channel.close();
});

it('reaches nothing without a network', async () => {
  const server = await browser('none');
  const { text } = await server.call('browser_navigate', { url: address });
  expect(text).toContain('ERR_INTERNET_DISCONNECTED');
  await server.channel.close();
});
