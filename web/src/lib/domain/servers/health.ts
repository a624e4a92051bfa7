import type { StatusServer } from 'lmcp-gateway/src/api/status.ts';
import type { ServerHealthView } from 'lmcp-gateway/src/api/schema/serverHealth.ts';

type Dot = 'on' | 'off' | 'busy' | 'decide' | 'broken';

const ofState = {
  idle: 'off',
  starting: 'busy',
  ready: 'on',
  backoff: 'broken',
  failed: 'broken',
} as const satisfies Readonly<Record<StatusServer['state'], Dot>>;

/** The mark of a server: by its health where this page may see it, else by its state alone. */
export function dotOf({ state, health }: Pick<StatusServer, 'state' | 'health'>): Dot {
  if (health?.level === 'failing') return 'broken';
  if (health?.level === 'decision') return 'decide';
  return ofState[state];
}

const urgency = { failing: 0, decision: 1, ok: 2, idle: 2 } as const satisfies Readonly<
  Record<ServerHealthView['level'], number>
>;

/** Is it broken, or does it wait for a decision? */
export function isUrgent({ health }: { readonly health?: ServerHealthView | undefined }): boolean {
  return health?.level === 'failing' || health?.level === 'decision';
}

/** What is broken first, then what waits for a decision; all else as it is in the registry. */
export function byUrgency<T extends { readonly health?: ServerHealthView | undefined }>(
  servers: readonly T[],
): T[] {
  const of = ({ health }: T): number => urgency[health?.level ?? 'ok'];
  return servers.toSorted((one, other) => of(one) - of(other));
}
