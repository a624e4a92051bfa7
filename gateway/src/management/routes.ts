import { accessEndpoints } from '../api/access.ts';
import { auditEndpoints } from '../api/audit.ts';
import { authorizationEndpoints } from '../api/signIn/authorizations.ts';
import { callEndpoints } from '../api/call.ts';
import { catalogueEndpoints } from '../api/catalogue.ts';
import { connectionEndpoints } from '../api/client/connections.ts';
import { clientEndpoints } from '../api/clients.ts';
import { importEndpoints } from '../api/imports.ts';
import { openApiEndpoints } from '../api/openapi/openApi.ts';
import { serverSignInEndpoints } from '../api/signIn/serverSignIns.ts';
import { overviewEndpoints } from '../api/overview.ts';
import { historyEndpoints, registryEndpoints } from '../api/registry.ts';
import { registryFileEndpoints } from '../api/settings/registryFile.ts';
import { settingsEndpoints } from '../api/settings/settings.ts';
import { secretEndpoints } from '../api/secrets.ts';
import { serverLogsEndpoints } from '../api/server/serverLogs.ts';
import { serverTrialEndpoints } from '../api/server/serverTrial.ts';
import { serverEndpoints } from '../api/servers.ts';
import { toolEndpoints } from '../api/tools/clientTools.ts';
import type { ManagementDependencies } from './dependencies.ts';
import { GivenSecrets } from './registry/givenSecrets.ts';
import { RegistryWriter } from './registry/registryWriter.ts';
import { routesOf, type Route } from './route.ts';
import { accessHandlers } from './routes/accessRoutes.ts';
import { auditHandlers } from './routes/auditRoutes.ts';
import { authorizationHandlers } from './routes/authorizationRoutes.ts';
import { callHandlers } from './routes/callRoutes.ts';
import { catalogueHandlers } from './routes/catalogueRoutes.ts';
import { connectionHandlers } from './routes/client/connectionRoutes.ts';
import { clientHandlers } from './routes/clientRoutes.ts';
import { historyHandlers } from './routes/historyRoutes.ts';
import { importHandlers } from './routes/importRoutes.ts';
import { openApiHandlers } from './routes/openApiRoutes.ts';
import { overviewHandlers } from './routes/overviewRoutes.ts';
import { registryFileHandlers } from './routes/registryFileRoutes.ts';
import { registryHandlers } from './routes/registryRoutes.ts';
import { secretHandlers } from './routes/secretRoutes.ts';
import { settingsHandlers } from './routes/settingsRoutes.ts';
import { serverSignInHandlers } from './routes/serverSignInRoutes.ts';
import { serverLogsHandlers } from './routes/server/serverLogsRoutes.ts';
import { serverTrialHandlers } from './routes/server/serverTrialRoutes.ts';
import { serverHandlers } from './routes/serverRoutes.ts';
import { toolHandlers } from './routes/toolRoutes.ts';

// The callback is not a route behind the management token.
const { serverSignInCallback: _, ...managedSignIns } = serverSignInEndpoints;

/** All routes behind the management token (docs/management_api.md). */
export function managementRoutes(dependencies: ManagementDependencies): Route[] {
  const given = new GivenSecrets(dependencies.store.path);
  const writer = new RegistryWriter({ ...dependencies, given });
  return [
    ...routesOf(registryEndpoints, registryHandlers(dependencies, writer)),
    ...routesOf(registryFileEndpoints, registryFileHandlers(dependencies, writer)),
    ...routesOf(settingsEndpoints, settingsHandlers(dependencies)),
    ...routesOf(historyEndpoints, historyHandlers(dependencies, writer)),
    ...routesOf(clientEndpoints, clientHandlers(dependencies, writer)),
    ...routesOf(toolEndpoints, toolHandlers(dependencies)),
    ...routesOf(connectionEndpoints, connectionHandlers(dependencies, writer)),
    ...routesOf(authorizationEndpoints, authorizationHandlers(dependencies, writer)),
    ...routesOf(accessEndpoints, accessHandlers(dependencies)),
    ...routesOf(serverEndpoints, serverHandlers(dependencies)),
    ...routesOf(serverTrialEndpoints, serverTrialHandlers(dependencies, writer)),
    ...routesOf(serverLogsEndpoints, serverLogsHandlers(dependencies)),
    ...routesOf(managedSignIns, serverSignInHandlers(dependencies, writer)),
    ...routesOf(importEndpoints, importHandlers(dependencies, writer, given)),
    ...routesOf(catalogueEndpoints, catalogueHandlers(dependencies, writer, given)),
    ...routesOf(secretEndpoints, secretHandlers(dependencies, given)),
    ...routesOf(auditEndpoints, auditHandlers(dependencies)),
    ...routesOf(overviewEndpoints, overviewHandlers(dependencies)),
    ...routesOf(callEndpoints, callHandlers(dependencies)),
    ...routesOf(openApiEndpoints, openApiHandlers()),
  ];
}
