import type { ContainerEngine } from './docker/engine/containerEngine.ts';

/**
 * Removes every container that an earlier run of this installation left behind, and of no other. To be called before the
 * first server is started; later on `spared` says by its name what is of this run. Gives the ids of the servers they belonged to.
 * @throws EngineError
 */
export async function sweep(
  engine: ContainerEngine,
  instance: string,
  spared: (name: string) => boolean = () => false,
): Promise<string[]> {
  const found = await engine.list(instance);
  const leftovers = found.filter(({ name }) => !spared(name));
  await Promise.all(leftovers.map(({ id }) => engine.remove(id)));
  return leftovers.map(({ server }) => server);
}
