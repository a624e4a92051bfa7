import { realpath } from 'node:fs/promises';
import { hostname } from 'node:os';
import { installationName } from '../registry/container/installation.ts';
import { DockerRuntime } from '../upstream/container/docker/dockerRuntime.ts';
import { DockerEngine } from '../upstream/container/docker/engine/dockerEngine.ts';
import { engineAddress, type EngineAddress } from '../upstream/container/docker/engine/engineAddress.ts';
import { withTls } from '../upstream/container/docker/engine/engineTls.ts';
import { sshAddress, SshTunnel } from '../upstream/container/docker/engine/sshTunnel.ts';
import { readGuardSecret } from '../upstream/container/docker/engine/guardSecret.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface ConfiguredRuntime {
  readonly runtime: DockerRuntime;
  /** Its socket on this machine. */
  readonly socketPath: string | undefined;
  /** Whether folders of this machine are certainly none of its. */
  readonly isRemote: boolean;
  /** The installation's name, which its containers and volumes carry. */
  readonly instance: string;
}

/**
 * The engine that `DOCKER_HOST` names, with the secret of its guard, and the name of this installation on it.
 * @throws Error in words where the environment says something that can't be meant
 */
export async function configuredRuntime(env: Environment, registryPath: string): Promise<ConfiguredRuntime> {
  const { address, socketPath, isRemote } = await addressOf(env);
  const secretFile = env['LMCP_GUARD_SECRET_FILE'];
  const secret =
    secretFile === undefined || secretFile === '' ? undefined : await readGuardSecret(secretFile);
  const registry = await realpath(registryPath);
  const instance = given(installationName(env['LMCP_INSTALLATION'], hostname(), registry));
  const runtime = new DockerRuntime(new DockerEngine(address, secret), instance);
  return { runtime, socketPath, isRemote, instance };
}

async function addressOf(env: Environment): Promise<{
  readonly address: EngineAddress | SshTunnel;
  readonly socketPath?: string;
  readonly isRemote: boolean;
}> {
  const dockerHost = env['DOCKER_HOST'];
  if (dockerHost?.startsWith('ssh://') === true) {
    if ((env['DOCKER_TLS_VERIFY'] ?? '') !== '')
      throw new Error('DOCKER_TLS_VERIFY is set, and DOCKER_HOST leads by SSH: remove one of the two');
    return { address: new SshTunnel(given(sshAddress(dockerHost))), isRemote: true };
  }
  const address = await withTls(given(engineAddress(dockerHost)), env);
  return 'socketPath' in address
    ? { address, socketPath: address.socketPath, isRemote: false }
    : { address, isRemote: address.tls !== undefined };
}

function given<T>(field: { value: T } | { message: string; fix: string }): T {
  if ('value' in field) return field.value;
  throw new Error(`${field.message}: ${field.fix}`);
}
