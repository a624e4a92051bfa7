import { accessRoutes } from './routes/accessRoutes.ts';
import { auditRoutes } from './routes/auditRoutes.ts';
import { callRoutes } from './routes/callRoutes.ts';
import { clientRoutes } from './routes/clientRoutes.ts';
import type { ManagementDependencies } from './dependencies.ts';
import { historyRoutes } from './routes/historyRoutes.ts';
import { registryRoutes } from './routes/registryRoutes.ts';
import { RegistryWriter } from './registry/registryWriter.ts';
import type { Route } from './route.ts';
import { serverRoutes } from './routes/serverRoutes.ts';

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
