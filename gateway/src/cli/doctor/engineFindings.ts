import { configuredRuntime } from '../../assembly/configuredRuntime.ts';
import { messageOf } from '../../errors.ts';
import { DockerRuntime } from '../../upstream/container/docker/dockerRuntime.ts';
import { DockerEngine } from '../../upstream/container/docker/engine/dockerEngine.ts';
import { missingLimits, type RuntimeCapabilities } from '../../upstream/container/runtime/capabilities.ts';
import type { Terminal } from '../output/terminal.ts';
import type { RegistryFile } from '../registry/registryFile.ts';
import { fine, wrong, type Finding } from './finding.ts';

/** Does each container engine answer that a server runs on? Nothing where no server runs in a container. */
export async function engineFindings(
  { env }: Pick<Terminal, 'env'>,
  { path, registry }: RegistryFile,
): Promise<readonly Finding[]> {
  const users = new Map<string | undefined, string[]>();
  for (const server of registry.servers.values()) {
    if (server.transport !== 'stdio' || server.runtime !== 'container' || !server.enabled) continue;
    const socket = server.spec.engineSocket;
    users.set(socket, [...(users.get(socket) ?? []), server.id]);
  }
  return Promise.all(
    [...users].map(async ([socketPath, servers]) => {
      try {
        const runtime =
          socketPath === undefined
            ? (await configuredRuntime(env, path)).runtime
            : new DockerRuntime(new DockerEngine({ socketPath }), '');
        return engineFinding(await runtime.release(), await runtime.capabilities(), servers.join(', '));
      } catch (error) {
        const fix = 'start Docker or Podman, or set DOCKER_HOST to the address of its engine';
        return wrong('engine', `${messageOf(error)}; needed by ${servers.join(', ')}`, fix);
      }
    }),
  );
}

function engineFinding(release: string, capabilities: RuntimeCapabilities, servers: string): Finding {
  const missing = missingLimits(capabilities);
  if (missing === undefined) return fine('engine', `release ${release} answers, for ${servers}`);
  return wrong(
    'engine',
    `${capabilities.name} ${release} can’t limit ${missing}, so it gets no container; needed by ${servers}`,
    'use an engine that can: a rootless one needs cgroup v2 with systemd (docs/containers.md)',
  );
}
