import { isObject, own } from '../jsonrpc/message.ts';

const maxLength = 100;

/** What an application calls itself in its `clientInfo`; undefined if it declares no name. */
export function applicationName(clientInfo: unknown): string | undefined {
  const name = isObject(clientInfo) ? own(clientInfo, 'name') : undefined;
  return typeof name === 'string' ? name.slice(0, maxLength) : undefined;
}
