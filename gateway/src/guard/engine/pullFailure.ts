/**
 * The message of a failed pull. The engine's own text quotes the answer of the registry, which may be any host, so it is
 * replaced by a fixed sentence.
 */
export function pullFailure(engineText: string): string {
  return kinds.find(([pattern]) => pattern.test(engineText))?.[1] ?? unknown;
}

const unknown = 'the engine could not pull the image (its own log says why)';

const kinds: readonly (readonly [RegExp, string])[] = [
  [/toomanyrequests|rate limit|429/i, 'the registry’s rate limit is reached'],
  [
    /denied|unauthorized|authentication required|forbidden/i,
    'the registry denies access to the image, or has none of that name',
  ],
  [
    /no matching manifest|does not match the specified platform/i,
    'the image has no variant for this machine',
  ],
  [/manifest unknown|not found|no such image/i, 'the registry has no such image'],
  [/no space left/i, 'the engine’s disk is full'],
  [
    /no such host|lookup |dial |connect|timeout|deadline exceeded|x509|tls|HTTP response to HTTPS|EOF|unreachable|reset by peer/i,
    'the registry can’t be reached',
  ],
];
