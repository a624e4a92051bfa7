import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { GenericContainer, Wait } from 'testcontainers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { realEngine, testInstance } from '../harness/docker/containers.ts';
import { root } from '../harness/gateway.ts';
import { post } from '../harness/rpc.ts';

const { docker } = realEngine();
const image = `lmcp-${testInstance()}:test`;
const token = 'token-of-the-example-0123456789';

beforeAll(async () => {
  await GenericContainer.fromDockerfile(root).withBuildkit().build(image, { deleteOnExit: false });
}, 600_000);
afterAll(() => docker.getImage(image).remove({ force: true }));

const call = (url: string, headers: Record<string, string> = {}) => {
  const request = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'time__current_time' } };
  return post(url, JSON.stringify(request), { Authorization: `Bearer ${token}`, ...headers });
};

it('the example of docs/containers.md answers at the port that the engine chose', async () => {
  const page = await readFile(join(root, 'docs/containers.md'), 'utf8');
  const [, example = ''] = /testcontainers\.docker\.test\.ts -->\n\n```js\n([\s\S]*?)```/.exec(page) ?? [];
  expect(example.trim().split('\n').length).toBeLessThanOrEqual(12);
  const program = `${example.replace('lmcp:local', image)}
    console.log(JSON.stringify({ url, id: lmcp.getId() }));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
    cwd: join(root, 'e2e'),
    env: { ...process.env, LMCP_TOKEN: token },
  });
  const { url, id } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { url: string; id: string };
  try {
    const { port, origin } = new URL(url);
    expect(port).not.toBe('7345');
    expect((await call(url)).body.result).toBeDefined();
    expect((await call(url, { Origin: origin })).status).toBe(200);
    expect((await call(url, { Origin: 'http://127.0.0.1:3000' })).status).toBe(403);
  } finally {
    await docker.getContainer(id).remove({ force: true, v: true });
  }
}, 120_000);

it('is healthy at the port that the registry names', async () => {
  const content = 'lmcp: { port: 18360 }\nclients: {}\nservers: {}\n';
  const container = await new GenericContainer(image)
    .withCopyContentToContainer([{ content, target: '/lmcp/config/registry.yaml', mode: 0o644 }])
    .withExposedPorts(18_360)
    .withWaitStrategy(Wait.forHealthCheck())
    .start();
  await container.stop();
}, 120_000);
