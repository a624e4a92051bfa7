/** What every container of a gateway carries; the engine guard and the sweep go by these. */
export const containerLabel = {
  /** Which gateway it belongs to. */
  instance: 'lmcp.instance',
  /** The server's id in the registry. */
  server: 'lmcp.server',
  /** A digest of what it was created from, without values of variables. */
  spec: 'lmcp.spec',
} as const;

/** Labels can be inherited from an image; a name can't. What is ours has both. */
export function containerNamePrefix(instance: string): string {
  return `lmcp-${instance}-`;
}
