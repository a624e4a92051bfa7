/**
 * Where the metadata of an issuer is looked for, in the order of the specification: OAuth (RFC 8414 section 3.1), then OpenID
 * Connect with the path inserted and appended (OpenID Connect Discovery 1.0 section 4).
 */
export function issuerMetadataUrls(issuer: URL): string[] {
  const { origin } = issuer;
  const path = issuer.pathname.replace(/\/$/, '');
  const oauth = `${origin}/.well-known/oauth-authorization-server${path}`;
  const inserted = `${origin}/.well-known/openid-configuration${path}`;
  return path === ''
    ? [oauth, inserted]
    : [oauth, inserted, `${origin}${path}/.well-known/openid-configuration`];
}
