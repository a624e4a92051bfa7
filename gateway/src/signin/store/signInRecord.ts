import { z } from 'zod';

/** Milliseconds since the Unix epoch. */
const instant = z.number();

/** How LMCP shows an authorization server who it is (RFC 7591, section 2). */
const authMethod = z.enum(['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt']);

/** LMCP as an authorization server knows it. */
export const registeredClient = z.strictObject({
  clientId: z.string(),
  /** Of a dynamic registration; a secret of the registry is read each time. */
  clientSecret: z.string().optional(),
  method: authMethod,
});
export type RegisteredClient = z.infer<typeof registeredClient>;

/** What LMCP registered for itself; used again as long as all of it is the same. */
export const registration = z.strictObject({
  issuer: z.string(),
  redirectUri: z.string(),
  client: registeredClient,
});
export type Registration = z.infer<typeof registration>;

/** One sign-in, with its tokens. */
export const signInRecord = z.strictObject({
  serverId: z.string(),
  /** A client of LMCP; null where the sign-in is that of all. */
  clientId: z.string().nullable(),
  /** The URL of the server that the tokens are for: they are sent to no other. */
  serverUrl: z.string(),
  issuer: z.string(),
  tokenEndpoint: z.string(),
  revocationEndpoint: z.string().optional(),
  client: registeredClient,
  resource: z.string(),
  accessToken: z.string(),
  refreshToken: z.string().optional(),
  scopes: z.array(z.string()).optional(),
  /** Undefined: the authorization server does not say it. */
  expiresAt: instant.optional(),
  signedInAt: instant,
  /** Who signed in, where the authorization server says it. */
  account: z.string().optional(),
});
export type SignInRecord = z.infer<typeof signInRecord>;

/** Everything that is kept. */
export const signInFile = z.strictObject({
  records: z.array(signInRecord),
  registrations: z.array(registration),
});
export type SignInFile = z.infer<typeof signInFile>;

/** Whose sign-in it is. */
export interface Whose {
  readonly serverId: string;
  /** Null: that of all clients. */
  readonly clientId: string | null;
}

/** Ids hold no control characters, and that of a client is never empty. */
export function keyOf({ serverId, clientId }: Whose): string {
  return `${serverId}\0${clientId ?? ''}`;
}

export function isOf({ serverId, clientId }: Whose): (record: Whose) => boolean {
  return (record) => record.serverId === serverId && record.clientId === clientId;
}
