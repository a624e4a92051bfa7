import { resourceOf } from './audience.ts';

export const paths = {
  consent: '/ui/authorize',
  token: '/oauth/token',
  register: '/oauth/register',
  revoke: '/oauth/revoke',
  serverMetadata: '/.well-known/oauth-authorization-server',
  resourceMetadata: '/.well-known/oauth-protected-resource',
} as const;

/** Authorization server metadata (RFC 8414). @param origin `http://127.0.0.1:7345`, as the client reached the gateway */
export function serverMetadata(origin: string): object {
  return {
    issuer: origin,
    authorization_endpoint: origin + paths.consent,
    token_endpoint: origin + paths.token,
    registration_endpoint: origin + paths.register,
    revocation_endpoint: origin + paths.revoke,
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_methods_supported: ['none'],
    revocation_endpoint_auth_methods_supported: ['none'],
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
    client_id_metadata_document_supported: true,
  };
}

export interface ResourcePlace {
  /** `http://127.0.0.1:7345`, as the client reached the gateway. */
  readonly origin: string;
  /** Of the resource, as in `/mcp`. */
  readonly path: string;
  /** What an application is told to ask for. */
  readonly scopes: readonly string[];
}

/** Protected resource metadata (RFC 9728, section 2). @param issuer where people sign in; absent: here */
export function resourceMetadata({ origin, path, scopes }: ResourcePlace, issuer = origin): object {
  return {
    resource: origin + resourceOf(path),
    resource_name: 'LMCP',
    authorization_servers: [issuer],
    bearer_methods_supported: ['header'],
    ...(scopes.length > 0 && { scopes_supported: scopes }),
  };
}

/** The challenge of a 401 (RFC 6750, section 3; RFC 9728, section 5.1). @param error absent where no token was sent */
export function challenge({ origin, path, scopes }: ResourcePlace, error?: 'invalid_token'): string {
  const parts = [
    ...(error === undefined
      ? []
      : [
          `error="${error}"`,
          'error_description="The access token has expired, was revoked, or is for another address"',
        ]),
    ...(scopes.length === 0 ? [] : [`scope="${scopes.join(' ')}"`]),
    `resource_metadata="${origin}${paths.resourceMetadata}${resourceOf(path)}"`,
  ];
  return `Bearer ${parts.join(', ')}`;
}
