import { AnsweredError, RpcCode } from '../errors.ts';
import type { Item, Kind } from './items.ts';

const rejections = new WeakMap<object, AnsweredError>();

/** Whether the failure of a declared list means that there is none: a server may have resources but not support templates. */
export function isUnsupported(kind: Kind, error: unknown): error is AnsweredError {
  return kind === 'templates' && error instanceof AnsweredError && error.rpc.code === RpcCode.methodNotFound;
}

/** Notes the error that a server answered instead of this empty list, for those who are to get it as it came. */
export function noteRejection(items: readonly Item[], error: AnsweredError): void {
  rejections.set(items, error);
}

/** The error that the server answered instead of this list; undefined if it answered a list. */
export function rejectionOf(items: readonly Item[]): AnsweredError | undefined {
  return rejections.get(items);
}
