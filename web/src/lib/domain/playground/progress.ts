import type { ClientRequestLine } from 'lmcp-gateway/src/api/call.ts';
import { isObject } from './schemaShape.ts';

/** What a server told during a request. */
export interface Told {
  /** From 0 to 1; null where the server names no total. */
  readonly share: number | null;
  readonly step: string;
  readonly logs: readonly { readonly level: string; readonly text: string }[];
}

export const nothingTold: Told = { share: null, step: '', logs: [] };
/** The newest of them are kept. */
const maxLogs = 200;

type Message = Extract<ClientRequestLine, { kind: 'message' }>['message'];

/** What is known after one more notification; others than progress and log messages change nothing. */
export function told(before: Told, { method, params }: Message): Told {
  if (!isObject(params)) return before;
  if (method === 'notifications/progress') {
    const { progress, total, message } = params;
    const share =
      typeof progress === 'number' && typeof total === 'number' && total > 0
        ? Math.min(1, Math.max(0, progress / total))
        : null;
    const numbers = `${String(progress)}${total === undefined ? '' : ` of ${String(total)}`}`;
    return { ...before, share, step: typeof message === 'string' ? `${numbers} · ${message}` : numbers };
  }
  if (method !== 'notifications/message') return before;
  const { data, level, logger } = params;
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  const log = {
    level: typeof level === 'string' ? level : '',
    text: typeof logger === 'string' ? `${logger}: ${text}` : text,
  };
  return { ...before, logs: [...before.logs, log].slice(-maxLogs) };
}
