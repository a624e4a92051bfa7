import type { ContainerServer } from '../../registry/types.ts';
import type { ChannelEnd, OpenChannel } from '../types.ts';

/** Runs a container to its end. */
export async function runOnce(
  start: OpenChannel<ContainerServer>,
  server: ContainerServer,
  signal: AbortSignal,
): Promise<ChannelEnd> {
  const ended = Promise.withResolvers<ChannelEnd>();
  const channel = await start(server, { message: () => undefined, end: ended.resolve }, signal);
  const end = await ended.promise;
  await channel.close();
  return end;
}
