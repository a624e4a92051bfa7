import type { Target } from './job.ts';
import { openHttpCaller } from './httpCaller.ts';
import { openStdioCallers } from './stdioCaller.ts';

/** One connection: makes a call, checks that its own text came back, and rejects when it did not. */
export interface Caller {
  call(): Promise<void>;
  close(): Promise<void>;
}

/** Opens `count` callers, one after the other: a peer that starts a server for each session is not met by all of them together. */
export async function openCallers(target: Target, count: number, text: string): Promise<Caller[]> {
  if (target.kind === 'stdio') return openStdioCallers(target.argv, target.tool, count, text);
  const callers: Caller[] = [];
  for (let n = 0; n < count; n += 1) callers.push(await openHttpCaller(target, text));
  return callers;
}

/** @throws Error when the answer is not the echo of `text` under `id`. */
export function checkEcho(answer: string, id: number, text: string): void {
  const message = JSON.parse(answer) as {
    id?: unknown;
    result?: { content?: readonly { text?: unknown }[] };
  };
  if (message.id === id && message.result?.content?.[0]?.text === text) return;
  throw new Error(`call ${id} was not answered with its own text but with: ${answer.slice(0, 300)}`);
}
