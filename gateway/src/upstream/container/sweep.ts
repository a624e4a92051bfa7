import type { ContainerRuntime } from './runtime/containerRuntime.ts';

/**
 * Removes every container that an earlier run of this installation left behind, and of no other. To be called before the
 * first server is started; later on `sparesOwn` leaves what is of this run. Gives the ids of the servers they belonged to.
 * @throws RuntimeError
 */
export async function sweep(
  runtime: Pick<ContainerRuntime, 'list' | 'remove'>,
  { sparesOwn = false }: { readonly sparesOwn?: boolean } = {},
): Promise<string[]> {
  const found = await runtime.list();
  const leftovers = found.filter(({ isOfThisRun }) => !(sparesOwn && isOfThisRun));
  await Promise.all(leftovers.map(({ id }) => runtime.remove(id)));
  return leftovers.map(({ server }) => server);
}
