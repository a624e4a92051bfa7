/** The promises of SECURITY.md, by the id in the first column of its table. */
export const promiseIds = [
  'loopback',
  'authentication',
  'constant-time',
  'throttling',
  'grants',
  'tool-policy',
  'confidentiality',
  'server-messages',
  'secrets',
  'isolation',
  'hostile-servers',
  'environment',
  'container-confinement',
  'container-limits',
  'guard',
  'guard-callers',
  'container-cleanup',
  'audit-order',
  'audit-flood',
  'message-limits',
  'audit-chain',
  'checkpoints',
  'host-and-origin',
  'request-shape',
  'slow-clients',
  'memory',
  'places',
  'one-reading',
  'foreign-bytes',
  'audit-lines',
  'management-reach',
  'client-requests',
  'listed-names',
  'pinning',
  'remembered-lists',
  'gateway-proof',
  'revocation',
  'bounded-search',
  'registry-changes',
  'registry-custody',
  'registry-file',
  'load',
  'supply-chain',
  'fetched-node',
] as const;

export type PromiseId = (typeof promiseIds)[number];

/** The ids in the promise table of SECURITY.md, in its order. */
export function promisesIn(markdown: string): readonly string[] {
  return [...markdown.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, id = '']) => id);
}
