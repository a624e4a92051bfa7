import { accessEndpoints } from './access.ts';
import { auditEndpoints } from './audit.ts';
import { authorizationEndpoints } from './signIn/authorizations.ts';
import { callEndpoints } from './call.ts';
import { catalogueEndpoints } from './catalogue.ts';
import { checkEndpoints } from './checks.ts';
import { connectionEndpoints } from './client/connections.ts';
import { clientEndpoints } from './clients.ts';
import type { Endpoints } from './endpoint.ts';
import { eventEndpoints } from './events.ts';
import { importEndpoints } from './imports.ts';
import { openApiEndpoints } from './openapi/openApi.ts';
import { serverSignInEndpoints } from './signIn/serverSignIns.ts';
import { overviewEndpoints } from './overview.ts';
import { historyEndpoints, registryEndpoints } from './registry.ts';
import { registryFileEndpoints } from './settings/registryFile.ts';
import { settingsEndpoints } from './settings/settings.ts';
import { secretEndpoints } from './secrets.ts';
import { serverLogsEndpoints } from './server/serverLogs.ts';
import { serverTrialEndpoints } from './server/serverTrial.ts';
import { serverEndpoints } from './servers.ts';
import { signInEndpoints } from './signIn/signIn.ts';
import { statusEndpoints } from './status.ts';
import { toolEndpoints } from './tools/clientTools.ts';

/** Every endpoint outside `/mcp`, by the section of the documentation. */
export const endpointGroups = {
  Status: { ...statusEndpoints, ...eventEndpoints, ...checkEndpoints },
  Registry: { ...registryEndpoints, ...registryFileEndpoints, ...historyEndpoints, ...settingsEndpoints },
  Access: accessEndpoints,
  Servers: { ...serverEndpoints, ...serverTrialEndpoints, ...serverLogsEndpoints },
  'Sign-in to servers': serverSignInEndpoints,
  Secrets: { ...secretEndpoints, ...importEndpoints, ...catalogueEndpoints },
  Clients: { ...clientEndpoints, ...toolEndpoints, ...connectionEndpoints },
  'Authorized applications': authorizationEndpoints,
  'Audit log': { ...auditEndpoints, ...overviewEndpoints },
  'Calls as a client': callEndpoints,
  'Signing in': signInEndpoints,
  'This API': openApiEndpoints,
} as const satisfies Readonly<Record<string, Endpoints>>;
