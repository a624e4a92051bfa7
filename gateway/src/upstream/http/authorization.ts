import { UpstreamError } from '../../errors.ts';
import type { HttpServer } from '../../registry/types.ts';

/** What a server answered that it asks for a sign-in with. */
export interface Demand {
  readonly status: number;
  /** The header `WWW-Authenticate` (RFC 9110, section 11.6.1). */
  readonly challenge: string | undefined;
}

/** What a person does to sign in. */
export interface SignInAdvice {
  /** Sentences. */
  readonly text: string;
  /** The page of the interface where they sign in; undefined where there is none. */
  readonly page?: string;
}

/** By what the requests of one instance are authorized. */
export interface Authorization {
  /**
   * The header of the next request; undefined where there is none to send. A promise only while it is being renewed.
   * @throws UpstreamError where it can't be renewed now
   */
  header(): string | undefined | Promise<string | undefined>;
  /** A server rejected this header: another one to try once, or undefined. @throws UpstreamError as `header` */
  renewed(rejected: string): Promise<string | undefined>;
  /** The server asks for a sign-in, or for more scopes: that is noted; gives what to do. */
  demanded(demand: Demand): SignInAdvice;
}

/** Gives what authorizes the requests for one client; undefined where an instance works for all. @throws UpstreamError */
export type AuthorizationFor = (server: HttpServer, clientId: string | undefined) => Promise<Authorization>;

/** Where nobody keeps sign-ins. */
export const signedInNowhere: AuthorizationFor = ({ id }) =>
  Promise.resolve({
    header: () => undefined,
    renewed: () => Promise.resolve(undefined),
    demanded: () => ({ text: signInAdvice(id) }),
  });

/** What to do for a server that LMCP has no sign-in for. */
export function signInAdvice(serverId: string): string {
  return (
    `Run lmcp login ${serverId} on the machine that runs LMCP. ` +
    `If the server takes a fixed token, set servers.${serverId}.headers in the registry.`
  );
}

/** Nobody is signed in to the server, or not with what it asks for; `meansOlderTransport` and retries leave it alone. */
export class SignInNeededError extends UpstreamError {
  /** Where a person signs in; undefined where that would not help. */
  readonly page: string | undefined;
  constructor(message: string, operatorDetail?: string, page?: string) {
    super('sign_in_needed', message, operatorDetail);
    this.page = page;
  }
}

/** Whether a rejection asks for a sign-in (RFC 6750, section 3.1); where the registry has credentials, they are what is wrong. */
export function asksForSignIn({ headers }: HttpServer, { status, challenge }: Demand): boolean {
  if ([...headers.keys()].some((name) => name.toLowerCase() === 'authorization')) return false;
  return status === 401 || (status === 403 && /\berror="?insufficient_scope\b/i.test(challenge ?? ''));
}
