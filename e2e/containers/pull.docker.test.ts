import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import {
  containersOf,
  containerServer,
  fixtureImage,
  realEngine,
  runServer,
  testInstance,
} from '../harness/docker/containers.ts';
import { until } from '../harness/gateway.ts';
import { ImageRegistry } from '../harness/docker/imageRegistry.ts';
import { parseImageEntry } from '../../gateway/src/registry/container/imageEntry.ts';
import { DockerRuntime } from '../../gateway/src/upstream/container/docker/dockerRuntime.ts';
import { openContainer } from '../../gateway/src/upstream/container/openContainer.ts';

const { engine, docker } = realEngine();
const instance = testInstance();
let images: ImageRegistry;

beforeAll(async () => {
  images = await ImageRegistry.serve(fixtureImage);
});
afterAll(() => images[Symbol.asyncDispose]());
afterEach(async () => {
  const { repository, digest } = images;
  for (const name of [`${repository}:tagged`, `${repository}@${digest}`]) {
    await docker
      .getImage(name)
      .remove()
      .catch(() => undefined);
  }
});

/** What the fixture answers from a container of that image. */
async function firstAnswer(image: string): Promise<string> {
  const server = await runServer(containerServer({ image, pull: 'missing' }), { engine, instance });
  const { text } = await server.call('echo', { text: 'pulled' });
  await server.channel.close();
  return text;
}

test('an image that is missing is fetched once, and its server answers', async () => {
  const image = `${images.repository}:tagged`;
  expect(await firstAnswer(image)).toBe('pulled');
  expect(images.asked.some((path) => path.includes('/blobs/'))).toBe(true);
  const asked = images.asked.length;
  expect(await firstAnswer(image)).toBe('pulled');
  expect(images.asked.length).toBe(asked);
});

test('an image named by its digest is that image', async () => {
  const image = `${images.repository}@${images.digest}`;
  expect(await firstAnswer(image)).toBe('pulled');
  expect((await docker.getImage(image).inspect()).RepoDigests).toEqual([image]);
});

test('an image with another digest than its entry names is not run', async () => {
  const { repository, digest } = images;
  const entry = (image_digest: string) =>
    parseImageEntry({ image: `${repository}:tagged`, image_digest }, { env: new Map(), baseDir: '/' });
  const other = entry(digest.replace(/[0-9a-f]{8}$/, '00000000'));
  const right = entry(digest);
  if (!other.ok || !right.ok) throw new Error('no spec');
  // Its tag is there, and does not help.
  expect(await firstAnswer(`${repository}:tagged`)).toBe('pulled');
  await expect(firstAnswer(other.spec.image)).rejects.toMatchObject({ kind: 'command_not_found' });
  expect(await firstAnswer(right.spec.image)).toBe('pulled');
});

test('a tag that the registry does not have is named', async () => {
  await expect(firstAnswer(`${images.repository}:nonesuch`)).rejects.toMatchObject({
    message: expect.stringContaining('can’t be fetched') as string,
    operatorDetail: expect.stringContaining(':nonesuch') as string,
  });
});

test('a server that is stopped while its image is being fetched is released', async () => {
  images.stalled = true;
  const stop = new AbortController();
  const server = containerServer({ image: `${images.repository}:tagged`, pull: 'missing' });
  const open = openContainer(new DockerRuntime(engine, instance), {
    instance,
    mounts: { realpath: undefined, forbidden: [] },
  });
  const asked = images.asked.length;
  const opened = open(server, { message: () => undefined, end: () => undefined }, stop.signal);
  opened.catch(() => undefined);
  await until('the engine asks for a layer', () =>
    images.asked.slice(asked).some((path) => path.includes('/blobs/')),
  );
  stop.abort();
  await expect(opened).rejects.toMatchObject({ kind: 'stopped' });
  images.stalled = false;
  expect(await containersOf(instance)).toEqual([]);
});
