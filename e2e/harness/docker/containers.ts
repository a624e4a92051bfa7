import { execFileSync } from 'node:child_process';
import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import Docker from 'dockerode';
import {
  resolveSpec,
  type ContainerDraft,
  type Hardening,
} from '../../../gateway/src/registry/container/spec.ts';
import { containerServer as definedAs } from '../../../gateway/src/upstream/testing/servers.ts';
import type { GuardRules } from '../../../gateway/src/registry/container/guardRules/rules.ts';
import type { ContainerServer } from '../../../gateway/src/registry/types.ts';
import type { ContainerEngine } from '../../../gateway/src/upstream/container/docker/engine/containerEngine.ts';
import { DockerRuntime } from '../../../gateway/src/upstream/container/docker/dockerRuntime.ts';
import { DockerEngine } from '../../../gateway/src/upstream/container/docker/engine/dockerEngine.ts';
import { engineAddress } from '../../../gateway/src/upstream/container/docker/engine/engineAddress.ts';
import { containerLabel } from '../../../gateway/src/upstream/container/docker/labels.ts';
import { sweep } from '../../../gateway/src/upstream/container/sweep.ts';
import type { ContainerRuntime } from '../../../gateway/src/upstream/container/runtime/containerRuntime.ts';
import { openContainer } from '../../../gateway/src/upstream/container/openContainer.ts';
import type { Channel, ChannelEnd } from '../../../gateway/src/upstream/types.ts';
import { root } from '../gateway.ts';

/** `prepareEngine.ts` builds it before the first test. */
export const fixtureImage = 'lmcp-fixture:test';

/** A server of a registry that runs it. */
export const fixtureServer = { transport: 'stdio', image: fixtureImage, pull: 'never' } as const;

/** Builds one of the images under docker/; with nothing changed the engine's cache makes it quick. */
export function buildImage(folder: string, tag: string): void {
  const context = join(root, 'docker', folder);
  execFileSync('docker', ['build', '--quiet', '--tag', tag, context], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** The engine's address as the test's environment says; the tests need a real one. */
export function realEngine(): { engine: DockerEngine; docker: Docker; address: { socketPath: string } } {
  const address = engineAddress(process.env['DOCKER_HOST']);
  if (!('value' in address) || !('socketPath' in address.value)) {
    throw new Error('these tests need an engine on a Unix socket: unset DOCKER_HOST, or run npm test');
  }
  const { socketPath } = address.value;
  return {
    engine: new DockerEngine({ socketPath }),
    docker: new Docker({ socketPath }),
    address: { socketPath },
  };
}

/** A name that no other run of the tests has. */
export function testInstance(): string {
  return `test-${process.pid}-${Math.random().toString(36).slice(2, 8)}`;
}

export function containerServer(
  draft: Partial<ContainerDraft>,
  hardening: Hardening = 'hardened',
  id = 'fixture',
): ContainerServer {
  return definedAs(resolveSpec({ image: fixtureImage, pull: 'never', ...draft }, hardening), { id });
}

export interface ToolText {
  readonly text: string;
  readonly isError: boolean;
}

/** A started server and the plainest possible client on its channel. */
export interface RunningServer {
  readonly channel: Channel;
  readonly ended: Promise<ChannelEnd>;
  request(method: string, params?: unknown): Promise<unknown>;
  call(tool: string, args?: Record<string, unknown>): Promise<ToolText>;
}

interface Options {
  readonly engine: ContainerEngine | ContainerRuntime;
  readonly instance: string;
  readonly forbidden?: readonly string[];
  /** False as in the product's image, where the gateway does not see the host's files. */
  readonly seesHost?: boolean;
}

export async function runServer(server: ContainerServer, options: Options): Promise<RunningServer> {
  const ended = Promise.withResolvers<ChannelEnd>();
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let lastId = 0;
  const { engine, instance } = options;
  const runtime = 'capabilities' in engine ? engine : new DockerRuntime(engine, instance);
  const open = openContainer(runtime, {
    instance,
    mounts: {
      realpath: options.seesHost === false ? undefined : realpath,
      forbidden: options.forbidden ?? [],
    },
  });
  const channel = await open(
    server,
    {
      message: (text) => {
        const { id, result, error } = JSON.parse(text) as {
          id: number;
          result?: unknown;
          error?: { message: string };
        };
        if (error) waiting.get(id)?.reject(new Error(error.message));
        else waiting.get(id)?.resolve(result);
      },
      end: (end) => {
        ended.resolve(end);
        for (const one of waiting.values()) one.reject(end.error ?? new Error('the server has ended'));
      },
    },
    new AbortController().signal,
  );
  const request = async (method: string, params?: unknown): Promise<unknown> => {
    const id = ++lastId;
    const answer = Promise.withResolvers<unknown>();
    answer.promise.catch(() => undefined);
    waiting.set(id, answer);
    await channel.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
    return answer.promise.finally(() => waiting.delete(id));
  };
  return {
    channel,
    ended: ended.promise,
    request,
    call: async (tool, args = {}) => {
      const result = (await request('tools/call', { name: tool, arguments: args })) as {
        content: { text: string }[];
        isError?: boolean;
      };
      return { text: result.content[0]?.text ?? '', isError: result.isError ?? false };
    },
  };
}

/** For tests: a guard that grants its installation nothing of the host. */
export function guardRules(instance: string): GuardRules {
  return {
    instance,
    readOnlyRoots: [],
    writableRoots: [],
    forbidden: [],
    volumes: [],
    networks: ['bridge'],
    maxMemory: 1024 ** 3,
    maxCpus: 4,
    maxPids: 512,
    maxContainers: 4,
    totalMemory: undefined,
    totalPids: 16_384,
    totalVolumes: 64,
    egressProxy: undefined,
    pull: false,
    registries: undefined,
  };
}

/** As a gateway of this instance does at its start: gives the servers whose containers it removed. */
export function sweepInstance(engine: ContainerEngine, instance: string): Promise<string[]> {
  return sweep(new DockerRuntime(engine, instance));
}

/** Everything of an instance that the engine still has. */
export async function containersOf(instance: string): Promise<Docker.ContainerInfo[]> {
  const label = [`${containerLabel.instance}=${instance}`];
  return realEngine().docker.listContainers({ all: true, filters: { label } });
}
