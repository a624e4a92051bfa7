import { isRecord } from '../json/isRecord.ts';
import { metaKeys } from '../upstream/rpc/modernEnvelope.ts';

type Params = Readonly<Record<string, unknown>>;

/** A message of the application; its text is passed on as it came. */
export type Message =
  | {
      readonly kind: 'request';
      readonly text: string;
      readonly id: unknown;
      readonly method: string;
      readonly params: Params;
      /** It names a revision of the stateless era. */
      readonly stateless: boolean;
    }
  | { readonly kind: 'notification'; readonly text: string; readonly method: string; readonly params: Params }
  | { readonly kind: 'response'; readonly text: string }
  /** Of MCP 2025-03-26; `ids` are those of its requests. */
  | { readonly kind: 'batch'; readonly text: string; readonly ids: readonly unknown[] }
  | { readonly kind: 'invalid' };

export type Request = Extract<Message, { readonly kind: 'request' }>;

export function readMessage(text: string): Message {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'invalid' };
  }
  if (Array.isArray(value)) {
    const ids = value.flatMap((one: unknown) =>
      isRecord(one) && 'method' in one && 'id' in one ? [one['id']] : [],
    );
    return { kind: 'batch', text, ids };
  }
  if (!isRecord(value)) return { kind: 'invalid' };
  const { id, method } = value;
  if (typeof method !== 'string') return { kind: 'response', text };
  const params = isRecord(value['params']) ? value['params'] : {};
  if (id === undefined) return { kind: 'notification', text, method, params };
  const meta = isRecord(params['_meta']) ? params['_meta'] : {};
  return { kind: 'request', text, id, method, params, stateless: metaKeys.protocolVersion in meta };
}

/** Requests that may be sent again when it is not known whether they were executed. */
const repeatable = new Set([
  'initialize',
  'ping',
  'server/discover',
  'tools/list',
  'prompts/list',
  'prompts/get',
  'resources/list',
  'resources/templates/list',
  'resources/read',
  'resources/subscribe',
  'resources/unsubscribe',
  'completion/complete',
  'logging/setLevel',
  'subscriptions/listen',
]);

export function mayRepeat(method: string): boolean {
  return repeatable.has(method);
}
