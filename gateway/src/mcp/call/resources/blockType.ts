/** The type of a content block; undefined for anything else, quickly. */
export function blockType(block: unknown): unknown {
  return typeof block === 'object' ? (block as { readonly type?: unknown } | null)?.type : undefined;
}
