import type { ContainerEvent } from './containerEngine.ts';

/** What an engine is asked to tell of: in Docker's words, and in Podman's where they differ (`died`, `remove`). */
export const eventNames = ['oom', 'die', 'destroy', 'died', 'remove'] as const;

interface Sink {
  event(event: ContainerEvent): void;
  broken(): void;
}

/** Reads the Engine API's event stream: one JSON object a line. Gives the way to stop; `broken` is not called then. */
export function engineEvents(stream: NodeJS.ReadableStream & { destroy(): void }, sink: Sink): () => void {
  let rest = '';
  let over = false;
  const end = (): void => {
    if (over) return;
    over = true;
    sink.broken();
  };
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const event = containerEvent(line);
      if (event && !over) sink.event(event);
    }
  });
  stream.on('end', end);
  stream.on('close', end);
  stream.on('error', end);
  return () => {
    over = true;
    stream.destroy();
  };
}

/** One line of the stream, if it is an event that matters. */
function containerEvent(line: string): ContainerEvent | undefined {
  if (line.trim() === '') return undefined;
  let parsed: {
    Type?: unknown;
    Action?: unknown;
    Actor?: { ID?: unknown; Attributes?: Record<string, unknown> };
  };
  try {
    parsed = JSON.parse(line) as typeof parsed;
  } catch {
    return undefined;
  }
  const { Type: type, Action: action, Actor: actor } = parsed;
  if (type !== 'container' || typeof actor?.ID !== 'string') return undefined;
  if (action === 'oom') return { type: 'oom', id: actor.ID };
  if (action === 'destroy' || action === 'remove') return { type: 'destroy', id: actor.ID };
  if (action !== 'die') return undefined;
  return { type: 'die', id: actor.ID, exitCode: Number(actor.Attributes?.['exitCode'] ?? Number.NaN) };
}
