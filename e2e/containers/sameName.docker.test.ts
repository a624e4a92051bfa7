import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ComposeStack, copyCheckout } from '../harness/docker/composeStack.ts';
import { containersOf, realEngine, testInstance } from '../harness/docker/containers.ts';
import { freePort } from '../harness/gateway.ts';
import { post } from '../harness/rpc.ts';

const { docker } = realEngine();
const run = promisify(execFile);
const [name, otherName] = [testInstance(), testInstance()];
let parent: string;
let first: ComposeStack;

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'lmcp-clones-'));
  first = await ComposeStack.up(name, await freePort(), {}, { at: await cloneOf('first') });
}, 600_000);

afterAll(async () => {
  await first[Symbol.asyncDispose]();
  await rm(parent, { recursive: true });
});

/** A folder of that name whose code, and so its image, differs from that of the others. */
async function cloneOf(owner: string): Promise<string> {
  const folder = join(parent, owner, name);
  await mkdir(join(folder, 'gateway/builtin'), { recursive: true });
  await writeFile(join(folder, 'gateway/builtin/owner'), owner);
  return folder;
}

const ownerOf = (stack: ComposeStack): Promise<string> =>
  stack.compose('exec', '-T', 'gateway', 'cat', '/opt/lmcp/gateway/builtin/owner');

const imageOf = async (container: string): Promise<string> =>
  (await docker.getContainer(container).inspect()).Image;

/** The container that the next call of the stack's server starts. */
async function newServer(stack: ComposeStack, project: string): Promise<{ id: string; network: string }> {
  for (const { Id: id } of await containersOf(project)) await docker.getContainer(id).kill();
  await expect
    .poll(() => stack.call('time__current_time').catch(String), { timeout: 60_000 })
    .toMatchObject({ isError: false });
  const [server, ...more] = await containersOf(project);
  expect(more).toEqual([]);
  return { id: server!.Id, network: server!.HostConfig.NetworkMode };
}

const volumesOf = async (project: string): Promise<string[]> =>
  (await docker.listVolumes()).Volumes.map(({ Name: volume }) => volume)
    .filter((volume) => volume.includes(project))
    .sort();

it('starts nothing from a second folder of the same name, and the next start of the first restores it', async () => {
  const registry = await readFile(join(first.folder, 'config/registry.yaml'), 'utf8');
  const folder = await cloneOf('second');
  await copyCheckout(folder);
  const env = { ...process.env, PWD: folder, LMCP_PORT: String(await freePort()) };
  // Its project is named after the folder.
  const start = run('docker', ['compose', 'up', '--detach', '--wait'], { cwd: folder, env });
  await expect(start).rejects.toThrow('"prepare" didn\'t complete successfully');
  expect(await first.compose('logs', 'prepare')).toContain(`belongs to ${first.folder}`);
  expect(await readdir(join(folder, 'config'))).not.toContain('registry.yaml');

  await first.compose('up', '--detach', '--wait');

  expect(await readFile(join(first.folder, 'config/registry.yaml'), 'utf8')).toBe(registry);
  expect(await ownerOf(first)).toBe('first');
  const { id } = await newServer(first, name);
  expect(await imageOf(id)).toBe(await imageOf(`${name}-gateway-1`));
}, 600_000);

it('shares nothing with a second folder of the same name that has a project name and a port of its own', async () => {
  await newServer(first, name);
  const port = await freePort();
  await using second = await ComposeStack.up(otherName, port, {}, { at: await cloneOf('third') });
  expect([await ownerOf(first), await ownerOf(second)]).toEqual(['first', 'third']);
  const images = { [name]: '', [otherName]: '' };
  for (const [stack, project] of [
    [first, name],
    [second, otherName],
  ] as const) {
    const { id, network } = await newServer(stack, project);
    expect(network).toBe(`${project}-servers`);
    images[project] = await imageOf(id);
    expect(images[project]).toBe(await imageOf(`${project}-gateway-1`));
    const cache = `lmcp-cache-${project}.time.own`;
    expect(await volumesOf(project)).toEqual([cache, `${project}_egress`, `${project}_guard`].sort());
  }
  expect(images[name]).not.toBe(images[otherName]);
  const foreign = { Authorization: `Bearer ${first.token}` };
  const list = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} });
  const { body } = await post(`http://127.0.0.1:${port}/mcp`, list, foreign);
  expect(body.error?.code).toBe(-32_001);

  const before = [await containersOf(name), await volumesOf(name)] as const;
  await second.compose('down', '--volumes');
  expect(await containersOf(otherName)).toEqual([]);
  expect((await containersOf(name)).map(({ Id: id }) => id)).toEqual(before[0].map(({ Id: id }) => id));
  expect(await volumesOf(name)).toEqual(before[1]);
  expect((await first.call('time__current_time')).isError).toBe(false);
}, 600_000);
