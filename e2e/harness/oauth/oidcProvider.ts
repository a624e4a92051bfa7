import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

export interface RunningProvider {
  readonly origin: string;
  /** Whether an access token is good for a resource. */
  accepts(token: string, resource: string): Promise<boolean>;
  /** The grants that its token endpoint gave, oldest first. */
  readonly granted: readonly string[];
  close(): void;
}

/**
 * A certified authorization server: dynamic registration, PKCE, resource indicators, rotated refresh tokens, revocation.
 * @param accessTokenFormat `jwt`: as a resource server reads them that has nothing but the keys (RFC 9068)
 */
export async function oidcProvider(accessTokenFormat: 'opaque' | 'jwt' = 'opaque'): Promise<RunningProvider> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(origin, {
    clientAuthMethods: ['none', 'client_secret_basic'],
    scopes: ['openid', 'offline_access', 'mcp'],
    features: {
      registration: { enabled: true },
      revocation: { enabled: true },
      devInteractions: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: () => ({ scope: 'mcp', accessTokenFormat, accessTokenTTL: 60 }),
        useGrantedResource: () => true,
      },
    },
    rotateRefreshToken: true,
    pkce: { required: () => true },
  });
  const granted: string[] = [];
  const events = provider as unknown as {
    on(event: 'grant.success', listener: (ctx: { oidc: { params: { grant_type: string } } }) => void): void;
  };
  events.on('grant.success', (ctx) => granted.push(ctx.oidc.params.grant_type));
  server.on('request', provider.callback());
  return {
    origin,
    granted,
    accepts: async (token, resource) => {
      const found = await provider.AccessToken.find(token);
      return found !== undefined && !found.isExpired && [found.aud].flat().includes(resource);
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
