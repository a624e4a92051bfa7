const holders = /^(env|environment|envs|headers|http_headers)$/i;

/** The values of an entry that may be secrets: those of its variables and headers. */
export function secretsOf(value: unknown, inside = false): readonly string[] {
  if (typeof value === 'string') return inside && value.length >= 4 ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => secretsOf(part, inside || holders.test(key)));
}
