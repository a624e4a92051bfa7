import { RpcCode } from '../../errors.ts';
import { numberIn } from '../../json/losslessNumber.ts';

export type Message = Readonly<Record<string, unknown>>;

/** The answer to a call that goes on as a task. */
export function isTask(result: unknown): boolean {
  const task = (result as Message | null | undefined)?.['task'];
  return typeof (task as Message | null | undefined)?.['taskId'] === 'string';
}

export function isAnswer(message: Message): boolean {
  const hasAnswer = 'result' in message || 'error' in message;
  return hasAnswer && (message['id'] !== undefined || isErrorWithoutId(message));
}

/** Lines of a log in JSON may have an `error`, too. */
export function isErrorWithoutId({ jsonrpc, id, error, result }: Message): boolean {
  const hasError = jsonrpc === '2.0' && typeof error === 'object' && error !== null;
  return hasError && (id === null || id === undefined) && result === undefined;
}

export function isRequestId(id: unknown): boolean {
  return typeof id === 'string' || numberIn(id) !== undefined;
}

/** An error as JSON-RPC 2.0 section 5.1 wants it; a well-formed one is passed on as it is, unknown members included. */
export function asRpcError(error: unknown): { code: number; message: string; data?: unknown } {
  const given = (typeof error === 'object' && error !== null ? error : {}) as Message;
  const { message } = given;
  const code = numberIn(given['code']);
  if (code !== undefined && typeof message === 'string') return { ...given, code, message };
  return {
    code: code ?? RpcCode.internalError,
    message: typeof message === 'string' ? message : 'The server answered with an error without a message.',
    data: error,
  };
}
