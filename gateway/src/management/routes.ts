import type { ManagementDependencies } from './dependencies.ts';
import { registryRoutes } from './registryRoutes.ts';
import type { Route } from './route.ts';

/** All routes behind the management token (docs/management_api.md). */
export function managementRoutes(dependencies: ManagementDependencies): Route[] {
  return [...registryRoutes(dependencies)];
}
