import { UpstreamError } from '../../errors.ts';
import type { ContainerServer } from '../../registry/types.ts';

/** @throws UpstreamError where the server is to be stopped before it has started */
export function throwIfStopped(server: ContainerServer, signal: AbortSignal): void {
  if (signal.aborted) throw beingStopped(server);
}

/** An answer that need not be waited for once the server is to be stopped: nothing comes of it. */
export function unlessStopped<T>(
  server: ContainerServer,
  signal: AbortSignal,
  answer: Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(beingStopped(server));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    void answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

function beingStopped(server: ContainerServer): UpstreamError {
  return new UpstreamError('stopped', `Server "${server.id}" is being stopped.`);
}
