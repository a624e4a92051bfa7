import fc from 'fast-check';

/** Replaced in each comment by a number of its own. */
const mark = '\u00a7';

/** The text of a comment that looks like anything else. */
export const remark = fc
  .constantFrom(
    'mine',
    '',
    '"mcpServers": {',
    '[mcp_servers.lmcp]',
    '[[mcp_servers]]',
    'name: lmcp',
    '"""',
    "'",
    '}, ],',
    'é\t- # //',
  )
  .map((text) => `${mark} ${text}`);

/** The same text, with comments that go when what it is goes. */
export function unmarked(text: string): string {
  return text.replaceAll(mark, '');
}

/** Gives every comment its number. */
export function numbered(text: string): string {
  let count = 0;
  return text.replaceAll(mark, () => `${mark}${++count}`);
}

/** The comments of a text that are about the whole. */
export function remarksIn(text: string): readonly string[] {
  return text.match(new RegExp(`${mark}\\d+`, 'g')) ?? [];
}
