import { isRecord } from '../../json/isRecord.ts';
import { RpcCode } from '../../errors.ts';
import { isRawJson, type RawJson } from '../../json/losslessNumber.ts';
import type { QuestionAnswer } from '../../upstream/types.ts';
import { ambiguousKey } from './ambiguousKeys.ts';

/** JSON-RPC 2.0 id; a number too large for a double is kept as raw JSON, and echoed digit by digit. */
export type RequestId = string | number | RawJson;

export type Params = Readonly<Record<string, unknown>>;

export interface RpcRequest {
  readonly kind: 'request';
  readonly id: RequestId;
  readonly method: string;
  readonly params: Params;
}

export interface RpcNotification {
  readonly kind: 'notification';
  readonly method: string;
  readonly params: Params;
}

/** The answer to a request sent to the client; `answer` is as received. */
export interface RpcResponse {
  readonly kind: 'response';
  readonly id: RequestId;
  readonly answer: QuestionAnswer;
}

export type Message =
  | RpcRequest
  | RpcNotification
  | RpcResponse
  | {
      readonly kind: 'invalid';
      readonly id: RequestId | null;
      readonly code: number;
      readonly message: string;
    };

/** Reads one parsed value as a JSON-RPC 2.0 message with the restrictions of MCP: no null ids, params an object. */
export function readMessage(value: unknown): Message {
  if (!isObject(value)) return invalid(null, RpcCode.invalidRequest, 'a message must be a JSON object');
  const id = own(value, 'id');
  const method = own(value, 'method');
  const known = isRequestId(id) ? id : null;
  if (own(value, 'jsonrpc') !== '2.0') return invalid(known, RpcCode.invalidRequest, 'jsonrpc must be "2.0"');
  if (method === undefined) {
    return known !== null && isResponse(value)
      ? { kind: 'response', id: known, answer: answerOf(value) }
      : invalid(known, RpcCode.invalidRequest, 'a message needs a method, or a result or error with an id');
  }
  if (typeof method !== 'string') return invalid(known, RpcCode.invalidRequest, 'method must be a string');
  if (id !== undefined && known === null) {
    return invalid(null, RpcCode.invalidRequest, 'id must be a string or a number');
  }
  const params = own(value, 'params') ?? {};
  if (!isObject(params)) return invalid(known, RpcCode.invalidParams, 'params must be an object');
  const ambiguous = ambiguousKey(params);
  if (ambiguous !== undefined) return invalid(known, RpcCode.invalidParams, ambiguousMessage(ambiguous));
  return known === null
    ? { kind: 'notification', method, params }
    : { kind: 'request', id: known, method, params };
}

/** The text of an answer; the value is not changed. */
export function resultText(id: RequestId, result: unknown): string {
  return `${beforeResult(id)}${JSON.stringify(result)}}`;
}

/** What an answer begins with; its result follows, and a closing brace. */
export function beforeResult(id: RequestId): string {
  return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":`;
}

/** What an error answer begins with; the error follows, and a closing brace. */
export function beforeError(id: RequestId): string {
  return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"error":`;
}

export function errorText(id: RequestId | null, error: RpcError): string {
  return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"error":${JSON.stringify(error)}}`;
}

/** A notification as it is sent. */
export function notification(method: string, params?: unknown): object {
  return { jsonrpc: '2.0', method, ...(params === undefined ? {} : { params }) };
}

export function notificationText(method: string, params?: unknown): string {
  return JSON.stringify(notification(method, params));
}

/** A request to a client as it is sent. */
export function clientRequest(id: string, method: string, params: unknown): object {
  return { jsonrpc: '2.0', id, method, params };
}

export interface RpcError {
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
}

/** A key for a Map: the number 1 and the string "1" are two ids. */
export function idKey(id: RequestId): string {
  return JSON.stringify(id);
}

export function isObject(value: unknown): value is Params {
  return isRecord(value) && !isRawJson(value);
}

/** Reads own members only, never those of a prototype. */
export function own(object: Params, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

export function isRequestId(value: unknown): value is RequestId {
  return typeof value === 'string' || typeof value === 'number' || isRawJson(value);
}

function isResponse(value: Params): boolean {
  return Object.hasOwn(value, 'result') || isObject(own(value, 'error'));
}

function answerOf(value: Params): QuestionAnswer {
  const error = own(value, 'error');
  if (!isObject(error)) return { result: own(value, 'result') };
  const { code, message } = error;
  return {
    error: {
      ...error,
      code: typeof code === 'number' ? code : RpcCode.internalError,
      message: typeof message === 'string' ? message : 'the client answered with an error without a message',
    },
  };
}

function ambiguousMessage(key: string): string {
  return `params has a member ${JSON.stringify(key.toWellFormed())}: keys are spelled in lower case, exactly`;
}

function invalid(id: RequestId | null, code: number, message: string): Message {
  return { kind: 'invalid', id, code, message };
}
