import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ComposeStack } from '../harness/docker/composeStack.ts';
import { containersOf, fixtureImage, realEngine, testInstance } from '../harness/docker/containers.ts';
import { freePort } from '../harness/gateway.ts';

const { docker } = realEngine();

/** Beside the built-in server, whose cache is a volume: one that outlives the end of its input, on a network of its own. */
const servers = `
  deaf:
    transport: stdio
    image: ${fixtureImage}
    pull: never
    entrypoint: [sh, -c, 'node /app/server.mjs; sleep 600']
    egress: ['example.com:443']
`;

it('leaves nothing but caches when a stack whose gateway was killed is taken down', async () => {
  const project = testInstance();
  const isOurs = ({ Name: name }: { Name: string }): boolean => name.includes(project);
  const networks = async (): Promise<string[]> =>
    (await docker.listNetworks())
      .filter(isOurs)
      .map(({ Name: name }) => name)
      .sort();
  const volumes = async (): Promise<string[]> =>
    (await docker.listVolumes()).Volumes.filter(isOurs)
      .map(({ Name: name }) => name)
      .sort();
  const containers = async (): Promise<string[]> =>
    (await docker.listContainers({ all: true })).flatMap(({ Names: names }) =>
      names.filter((name) => name.includes(project)),
    );
  await using stack = await ComposeStack.up(project, await freePort());
  const path = join(stack.folder, 'config/registry.yaml');
  const registry = await readFile(path, 'utf8');
  await writeFile(
    path,
    registry.replace('allow_servers: ["time"', 'allow_servers: ["time", "deaf"') + servers,
  );
  for (const tool of ['time__current_time', 'deaf__count']) {
    await expect
      .poll(() => stack.call(tool).catch(String), { timeout: 60_000 })
      .toMatchObject({ isError: false });
  }
  await stack.compose('kill', '--signal', 'SIGKILL', 'gateway');
  const orphans = (await containersOf(project)).filter(({ State: state }) => state === 'running');
  expect(orphans.map(({ Labels: labels }) => labels['lmcp.server'])).toContain('deaf');
  const cache = `lmcp-cache-${project}.time.own`;
  expect(await networks()).toContain(`lmcp-egress-${project}.deaf`);
  expect(await volumes()).toEqual([cache, `${project}_egress`, `${project}_guard`].sort());

  await stack.compose('down', '--volumes');

  expect(await containers()).toEqual([]);
  expect(await networks()).toEqual([]);
  expect(await volumes()).toEqual([cache]);
}, 600_000);
