import { isRecord } from '../../json/isRecord.ts';
import type { OAuthIssuer } from '../../registry/types.ts';

/** What a verified access token says of its holder. */
export type Claims = Readonly<Record<string, unknown>>;

/** The id of the client that the holder of a token is (`client_claim`, `map`); undefined: none. */
export function clientIdOf(claims: Claims, { clientClaim, map }: OAuthIssuer): string | undefined {
  if (clientClaim === undefined)
    return map.find(({ claim, value }) => valuesOf(claims, claim).includes(value))?.client;
  const [named, ...others] = valuesOf(claims, clientClaim);
  return others.length === 0 ? named : undefined;
}

/** A claim by its name, or inside others by a path (`realm_access.roles`). An address that nobody has verified identifies nobody. */
function valuesOf(claims: Claims, claim: string): readonly string[] {
  if (claim === 'email' && claims['email_verified'] === false) return [];
  const found = Object.hasOwn(claims, claim) ? claims[claim] : inside(claims, claim.split('.'));
  return [found].flat().filter((value) => typeof value === 'string');
}

function inside(value: unknown, path: readonly string[]): unknown {
  const [name, ...deeper] = path;
  if (name === undefined) return value;
  return isRecord(value) && Object.hasOwn(value, name) ? inside(value[name], deeper) : undefined;
}
