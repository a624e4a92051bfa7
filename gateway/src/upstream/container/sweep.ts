import type { ContainerEngine } from './containerEngine.ts';

/**
 * Removes every container that an earlier run of this installation left behind, and of no other. To be called before the
 * first server is started. Gives the ids of the servers they belonged to.
 * @throws EngineError
 */
export async function sweep(engine: ContainerEngine, instance: string): Promise<string[]> {
  const leftovers = await engine.list(instance);
  await Promise.all(leftovers.map(({ id }) => engine.remove(id)));
  return leftovers.map(({ server }) => server);
}
