import { existsSync } from 'node:fs';
import { buildImage, fixtureImage, realEngine } from './containers.ts';

const instance = /\btest-(\d+)-[a-z0-9]{6}(?![a-z0-9])/;

/** Makes the engine ready for the tests: leftovers removed, the fixture's image built. */
export async function setup(): Promise<void> {
  await removeLeftovers();
  buildImage('fixture', fixtureImage);
}

/**
 * Removes the containers, networks, volumes and images of test runs that were killed before they could do it. They carry the
 * process id of their run (`testInstance`) in a name or label; what belongs to a living process stays.
 */
async function removeLeftovers(): Promise<void> {
  const { docker } = realEngine();
  for (const container of (await docker.listContainers({ all: true })).filter(isLeftOver)) {
    await docker.getContainer(container.Id).remove({ force: true, v: true });
  }
  for (const network of (await docker.listNetworks()).filter(isLeftOver)) {
    await docker.getNetwork(network.Id).remove();
  }
  const { Volumes: volumes } = await docker.listVolumes();
  for (const volume of volumes.filter(isLeftOver)) await docker.getVolume(volume.Name).remove();
  for (const image of (await docker.listImages()).filter(isLeftOver)) {
    await docker.getImage(image.Id).remove({ force: true });
  }
}

function isLeftOver(thing: object): boolean {
  const pid = instance.exec(JSON.stringify(thing))?.[1];
  return pid !== undefined && !existsSync(`/proc/${pid}`);
}
