import { accessRoutes } from './accessRoutes.ts';
import { auditRoutes } from './auditRoutes.ts';
import { callRoutes } from './callRoutes.ts';
import { clientRoutes } from './clientRoutes.ts';
import type { ManagementDependencies } from './dependencies.ts';
import { historyRoutes } from './historyRoutes.ts';
import { registryRoutes } from './registryRoutes.ts';
import { RegistryWriter } from './registryWriter.ts';
import type { Route } from './route.ts';
import { serverRoutes } from './serverRoutes.ts';

/** All routes behind the management token (docs/management_api.md). */
export function managementRoutes(dependencies: ManagementDependencies): Route[] {
  const writer = new RegistryWriter(dependencies);
  return [
    ...registryRoutes(dependencies, writer),
    ...historyRoutes(dependencies, writer),
    ...clientRoutes(dependencies, writer),
    ...accessRoutes(dependencies),
    ...serverRoutes(dependencies),
    ...auditRoutes(dependencies),
    ...callRoutes(dependencies),
  ];
}
