import { cacheVolumePrefix, ownCacheSuffix } from './installation.ts';
import { npxPackages } from './npxPackages.ts';
import type { ContainerParse } from './problem.ts';
import { resolveSpec } from './spec.ts';
import type { EgressTarget, ProcessServer } from '../types.ts';

/** The product's own image, as the gateway that runs from it knows it. */
export interface SelfImage {
  readonly image: string;
  /** Whose containers they are; part of the cache volumes' names. */
  readonly instance: string;
  /** The network on which npx finds its registry; `none` where everything is in the cache already. */
  readonly network: string;
  /** Whether the stack has an egress proxy. */
  readonly hasEgress?: boolean;
}

/** What an entry says beside its command. */
export interface SiblingReach {
  readonly network?: 'none' | undefined;
  readonly egress?: readonly EgressTarget[] | undefined;
}

const cacheFolder = '/cache';
const siblingMemory = 1024 ** 3;

/**
 * A `command:` server (`npx …`, as every client's configuration writes it) as a container of the product's own image: the
 * same command and arguments, in a container that shares neither user, files, tokens nor engine access with the gateway.
 * What npx downloads is kept in a volume of that server alone, so that no server can put code into another's cache.
 */
export function siblingSpec(
  server: Pick<ProcessServer, 'id' | 'command' | 'args' | 'env' | 'cwd'>,
  self: SelfImage,
  { network, egress }: SiblingReach = {},
): ContainerParse {
  const reaches = network === undefined && egress === undefined ? self.network : 'none';
  if (server.cwd !== undefined) {
    const message = 'cwd is a folder of the gateway, which a server in a container does not see';
    const fix = 'remove cwd, or write the server with image: and mounts:, or with runtime: process';
    return { ok: false, problems: [{ at: ['cwd'], message, fix }] };
  }
  const isOffline = reaches === 'none' && self.network !== 'none' && /(^|\/)npx$/.test(server.command);
  const packages = isOffline ? npxPackages(server.args) : undefined;
  if (isOffline && packages === undefined) {
    const message = 'it is to start without a network, and its arguments do not say which package it is';
    const fix = 'write args: [-y, PACKAGE, …]; settings of npm belong into env: as npm_config_…';
    return { ok: false, problems: [{ at: ['args'], message, fix }] };
  }
  const env = new Map([
    ...[['npm_config_cache', cacheFolder] as const, ['HOME', '/tmp'] as const],
    ...(isOffline ? [['npm_config_offline', 'true'] as const] : []),
    ...server.env,
  ]);
  const source = `${cacheVolumePrefix(self.instance)}${server.id}${ownCacheSuffix}`;
  const draft = {
    image: self.image,
    entrypoint: [server.command],
    args: server.args,
    env,
    workdir: '/tmp',
    mounts: [{ type: 'volume', source, target: cacheFolder, readOnly: false }],
    network: reaches,
    egress,
    warmUp: packages && { packages, network: self.network },
    extraHosts: reaches === 'none' ? [] : ['host.docker.internal:host-gateway'],
    memory: siblingMemory,
    pull: 'never',
    ownUser: true,
  } as const;
  return { ok: true, spec: resolveSpec(draft, 'hardened') };
}
