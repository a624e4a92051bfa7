const block = /(<!-- generated: ([^\n]+?) -->\n)[\s\S]*?(<!-- end of generated -->)/g;

/**
 * The page with the text of each generated block replaced. A block is what is between `<!-- generated: NAME -->` and
 * `<!-- end of generated -->`, each on a line of its own.
 * @param kept blocks that are generated elsewhere
 * @throws Error for a block that nothing generates, and for a text that the page has no block for
 */
export function withBlocks(
  page: string,
  texts: Readonly<Record<string, string>>,
  kept: readonly string[] = [],
): string {
  const missing = new Set(Object.keys(texts));
  const filled = page.replace(block, (all, start: string, name: string, end: string) => {
    if (kept.includes(name)) return all;
    const text = texts[name];
    if (text === undefined) throw new Error(`the block "${name}" is not generated`);
    missing.delete(name);
    return `${start}\n${text.trimEnd()}\n\n${end}`;
  });
  if (missing.size > 0) throw new Error(`the page has no block for ${[...missing].join(', ')}`);
  return filled;
}
