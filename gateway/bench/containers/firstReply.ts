import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { resolveSpec } from '../../src/registry/container/spec.ts';
import type { ContainerServer } from '../../src/registry/types.ts';
import { containerServer } from '../../src/upstream/testing/servers.ts';
import type { OpenChannel } from '../../src/upstream/types.ts';
import { echoImage } from './echoImage.ts';

/** One way to start the echo server in a container; gives milliseconds until it answered `initialize`. */
export interface Starter {
  readonly name: string;
  start(): Promise<number>;
}

const initialize = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: {
    protocolVersion: '2025-06-18',
    capabilities: {},
    clientInfo: { name: 'lmcp-bench', version: '1.0.0' },
  },
});

/** Docker's own client, with flags before the image. */
export function dockerRun(name: string, flags: readonly string[]): Starter {
  return {
    name,
    async start() {
      const began = performance.now();
      const child = spawn('docker', ['run', '-i', '--rm', ...flags, echoImage], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      const ended = once(child, 'close');
      const lines = createInterface(child.stdout);
      const answered = once(lines, 'line').then(() => performance.now());
      child.stdin.write(`${initialize}\n`);
      const at = await Promise.race([answered, ended.then(() => undefined)]);
      child.stdin.end();
      await ended;
      if (at === undefined) throw new Error(`${name}: the server ended without an answer.`);
      return at - began;
    },
  };
}

/** The gateway's own way: image looked up, container created, attached, started. */
export function gatewayOpener(open: OpenChannel<ContainerServer>): Starter {
  return {
    name: 'LMCP',
    async start() {
      const began = performance.now();
      const answered = Promise.withResolvers<number>();
      const channel = await open(
        echoServer,
        {
          message: () => {
            answered.resolve(performance.now());
            return undefined;
          },
          end: ({ error }) =>
            answered.reject(error ?? new Error('LMCP: the server ended without an answer.')),
        },
        new AbortController().signal,
      );
      try {
        await channel.send(initialize);
        return (await answered.promise) - began;
      } finally {
        await channel.close();
      }
    },
  };
}

const echoServer = containerServer(resolveSpec({ image: echoImage, pull: 'never' }, 'hardened'), {
  id: 'echo',
});
