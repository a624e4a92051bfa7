/** The promises of SECURITY.md, by the id in the first column of its table. */
export const promiseIds = [
  'loopback',
  'listener-tls',
  'client-connections',
  'authentication',
  'constant-time',
  'throttling',
  'grants',
  'tool-policy',
  'tool-search',
  'confidentiality',
  'server-messages',
  'secrets',
  'terminal-output',
  'isolation',
  'hostile-servers',
  'environment',
  'container-confinement',
  'container-limits',
  'signed-images',
  'egress',
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
  'in-turn',
  'one-reading',
  'foreign-bytes',
  'audit-lines',
  'server-sign-in',
  'management-reach',
  'management-reads',
  'browser-sign-in',
  'authorizations',
  'issuer-tokens',
  'client-requests',
  'listed-names',
  'listed-resources',
  'result-size',
  'pinning',
  'remembered-lists',
  'gateway-proof',
  'revocation',
  'bounded-search',
  'registry-changes',
  'registry-custody',
  'registry-choice',
  'registry-file',
  'load',
  'supply-chain',
  'fetched-node',
] as const;

export type PromiseId = (typeof promiseIds)[number];

/** The test files that the promise table of SECURITY.md names, as glob patterns below the checkout, by promise. */
export function testsOfPromises(markdown: string): ReadonlyMap<string, readonly string[]> {
  const rows = markdown.matchAll(/^\| `([a-z-]+)` \|.*\| ([^|]*) \|$/gm);
  return new Map(
    [...rows].map(([, id = '', tests = '']) => [
      id,
      [...tests.matchAll(/`([^`]*\.test\.(?:ts|mjs))`/g)].map(([, path = '']) => path),
    ]),
  );
}

/** The ids in the promise table of SECURITY.md, in its order. */
export function promisesIn(markdown: string): readonly string[] {
  return [...markdown.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, id = '']) => id);
}
