import { RpcCode } from '../errors.ts';

export type ServerRequestAnswer =
  { readonly result: object } | { readonly error: { readonly code: number; readonly message: string } };

/**
 * What a server is told that asks something of its client. LMCP declares no client capabilities, so a server has no
 * reason to ask for more than a ping.
 */
export function answerServerRequest(method: string): ServerRequestAnswer {
  if (method === 'ping') return { result: {} };
  return {
    error: {
      code: RpcCode.methodNotFound,
      message: `LMCP does not answer ${method.slice(0, 64)}: it declared no such capability in initialize.`,
    },
  };
}
