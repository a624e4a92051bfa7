/** What decides which scopes are asked for. */
export interface ScopeSources {
  /** `auth.scopes` of the registry. */
  readonly configured: readonly string[] | undefined;
  /** Of the challenge, else those that the server supports; undefined where it names none. */
  readonly named: readonly string[] | undefined;
  /** Those of the sign-in there is, where the server asked for more than it has. */
  readonly held: readonly string[] | undefined;
  /** `scopes_supported` of the authorization server. */
  readonly supported: readonly string[] | undefined;
}

const offline = 'offline_access';

/**
 * The scopes of a sign-in (MCP 2025-11-25, basic/authorization, "Scope Selection Strategy" and "Step-Up Authorization Flow"): those of
 * the registry, else those that the server names; with those that are held, so that nothing is lost. Refresh tokens are asked for
 * where the authorization server has a scope for them. Undefined: no parameter is sent.
 */
export function scopesToAsk({
  configured,
  named,
  held,
  supported,
}: ScopeSources): readonly string[] | undefined {
  const base =
    held === undefined ? (configured ?? named) : [...held, ...(configured ?? []), ...(named ?? [])];
  const refresh = supported?.includes(offline) === true && configured === undefined ? [offline] : [];
  const all = [...new Set([...(base ?? []), ...refresh])];
  return all.length === 0 ? undefined : all;
}
