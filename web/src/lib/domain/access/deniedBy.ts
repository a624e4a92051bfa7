import type { Decider } from 'lmcp-gateway/src/policy/check.ts';
import { checks } from 'lmcp-gateway/src/policy/checks.ts';

const deciders = new Map<string, Decider>(
  checks.flatMap(({ reasons, decider }) =>
    Object.keys(reasons).map((reason): [string, Decider] => [
      reason,
      typeof decider === 'string' ? decider : decider[reason as keyof typeof decider],
    ]),
  ),
);

/** Whose entry denies a tool for this reason. A tick of the client changes what `client` decides, and nothing else. */
export function deniedBy(reason: string | null | undefined): Decider {
  return deciders.get(reason ?? '') ?? 'client';
}
