import { clearTokenOf } from '../../connect/write/clearTokens.ts';
import { baseUrl, type Endpoint } from '../../endpoint.ts';
import { CommandFailure } from '../exitCodes.ts';
import { bridgeCommand } from '../../connect/bridgeCommand.ts';
import { insideImage } from '../../registry/container/productImage.ts';
import type { Connection } from '../../connect/applications/application.ts';
import type { RegistryFile } from '../registry/registryFile.ts';

/**
 * How an application reaches the gateway as that client.
 * @throws CommandFailure where the registry keeps the token's digest alone
 */
export function connectionWithToken(file: RegistryFile, clientId: string, endpoint: Endpoint): Connection {
  const token = clearTokenOf(file, clientId);
  if (token !== undefined) {
    const origin = baseUrl(endpoint);
    const place = { clientId, registryPath: file.path, origin, insideImage: insideImage(), token };
    return { url: `${origin}/mcp`, clientId, token, bridge: bridgeCommand(place) };
  }
  throw new CommandFailure(
    `the registry keeps only the digest of ${clientId}'s token, so it can't be shown again; ` +
      `put the token into LMCP_TOKEN, or get a new one: lmcp client rotate ${clientId}`,
  );
}
