import { isRecord } from '../../json/isRecord.ts';
type Message = Readonly<Record<string, unknown>>;

/**
 * The text of the answer that the body of a rejection holds for this request, or undefined. Servers that could not read the id,
 * or did not look, write null or none: the response itself tells whose answer it is. That is accepted with `anyId`.
 */
export function asAnswerTo(text: string, id: number, anyId: boolean): string | undefined {
  const message = read(text);
  if (message === undefined || !('result' in message || isError(message['error']))) return undefined;
  if (message['id'] === id) return text;
  const nobodys = message['id'] === null || message['id'] === undefined || message['id'] === String(id);
  return anyId && nobodys && !('result' in message) ? JSON.stringify({ ...message, id }) : undefined;
}

function read(text: string): Message | undefined {
  try {
    const message: unknown = JSON.parse(text);
    return isRecord(message) ? message : undefined;
  } catch {
    return undefined;
  }
}

function isError(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'message' in error;
}
