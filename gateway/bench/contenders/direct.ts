import type { Contender } from './contender.ts';

/** No gateway: the load generator starts the server itself and speaks to it over its pipe. */
export const direct: Contender = {
  name: 'direct (stdio)',
  kind: 'direct',
  start: ({ server }) =>
    Promise.resolve({
      target: { kind: 'stdio', argv: server, tool: 'echo' },
      usage: () => null,
      [Symbol.asyncDispose]: () => Promise.resolve(),
    }),
};
