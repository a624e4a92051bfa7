import type { RegistryFile } from '../../registry/registryFile.ts';
import { withRunningManagement } from '../withManagement.ts';

/**
 * One request to the management API of the running gateway.
 * @throws CommandFailure when none runs, when nothing gives access to it, or when the gateway rejects
 */
export function managementRequest(
  file: RegistryFile,
  path: string,
  body?: unknown,
): Promise<Readonly<Record<string, unknown>>> {
  return withRunningManagement(file, (ask) => ask(path, body));
}
