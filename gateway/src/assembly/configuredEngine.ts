import { realpath } from 'node:fs/promises';
import { hostname } from 'node:os';
import { installationName } from '../registry/container/installation.ts';
import { DockerEngine } from '../upstream/container/engine/dockerEngine.ts';
import { engineAddress, type EngineAddress } from '../upstream/container/engine/engineAddress.ts';
import { withTls } from '../upstream/container/engine/engineTls.ts';
import { readGuardSecret } from '../upstream/container/engine/guardSecret.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface ConfiguredEngine {
  readonly engine: DockerEngine;
  readonly address: EngineAddress;
  /** The installation's name, which its containers and volumes carry. */
  readonly instance: string;
}

/**
 * The engine that `DOCKER_HOST` names, with the secret of its guard, and the name of this installation on it.
 * @throws Error in words where the environment says something that can't be meant
 */
export async function configuredEngine(env: Environment, registryPath: string): Promise<ConfiguredEngine> {
  const address = await withTls(given(engineAddress(env['DOCKER_HOST'])), env);
  const secretFile = env['LMCP_GUARD_SECRET_FILE'];
  const secret =
    secretFile === undefined || secretFile === '' ? undefined : await readGuardSecret(secretFile);
  const registry = await realpath(registryPath);
  const instance = given(installationName(env['LMCP_INSTALLATION'], hostname(), registry));
  return { engine: new DockerEngine(address, secret), address, instance };
}

function given<T>(field: { value: T } | { message: string; fix: string }): T {
  if ('value' in field) return field.value;
  throw new Error(`${field.message}: ${field.fix}`);
}
