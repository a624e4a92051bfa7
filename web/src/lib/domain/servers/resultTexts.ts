/** The texts among a CallToolResult's content, in their order; what is not of that shape has none. */
export function resultTexts(result: unknown): string[] {
  if (typeof result !== 'object' || result === null || !('content' in result)) return [];
  if (!Array.isArray(result.content)) return [];
  return result.content.flatMap((block: unknown) =>
    typeof block === 'object' && block !== null && 'text' in block && typeof block.text === 'string'
      ? [block.text]
      : [],
  );
}
