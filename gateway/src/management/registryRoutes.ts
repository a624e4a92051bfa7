import type { ManagementDependencies } from './dependencies.ts';
import type { Route } from './route.ts';

/** `/registry/*`: the registry as it is, and patches upon it. */
export function registryRoutes(_dependencies: ManagementDependencies): Route[] {
  return [];
}
