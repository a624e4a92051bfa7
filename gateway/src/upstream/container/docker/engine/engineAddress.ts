import type { Field } from '../../../../registry/container/problem.ts';

/** PEM texts: the authority that the engine's certificate is of, and the gateway's own certificate. */
export interface EngineTls {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  /** What its certificate must be for; empty: the address. */
  readonly servername: string;
}

export type EngineAddress =
  | { readonly socketPath: string }
  | { readonly host: string; readonly port: number; readonly tls?: EngineTls };

const defaultSocket = '/var/run/docker.sock';

/** `DOCKER_HOST` as Docker's client reads it: `unix:///path` or `tcp://host:port`; unset is the usual socket. */
export function engineAddress(dockerHost: string | undefined): Field<EngineAddress> {
  if (dockerHost === undefined || dockerHost === '') return { value: { socketPath: defaultSocket } };
  const socket = /^unix:\/\/(\/[^\0]+)$/.exec(dockerHost)?.[1];
  if (socket !== undefined) return { value: { socketPath: socket } };
  const tcp = /^tcp:\/\/(\[[0-9a-fA-F:]+\]|[A-Za-z0-9._-]+):(\d{1,5})\/?$/.exec(dockerHost);
  const port = Number(tcp?.[2]);
  if (tcp?.[1] !== undefined && port >= 1 && port <= 65_535) {
    return { value: { host: tcp[1].replace(/^\[|\]$/g, ''), port } };
  }
  return {
    message: 'DOCKER_HOST is not an address that is understood here',
    fix: 'write unix:///path/of/docker.sock or tcp://host:port; the gateway itself also supports ssh://user@host',
  };
}
