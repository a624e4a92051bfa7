import type { ContainerEvent } from './containerEngine.ts';

/** Names of the requested events: Docker's, and Podman's where they differ (`died`, `remove`). */
export const eventNames = ['oom', 'die', 'destroy', 'died', 'remove'] as const;

interface Sink {
  event(event: ContainerEvent): void;
  broken(): void;
}

/** Reads the Engine API's event stream, one JSON object per line. Returns a function that stops it without calling `broken`. */
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

/** Reads one line of the stream; undefined if the event is not used. */
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
