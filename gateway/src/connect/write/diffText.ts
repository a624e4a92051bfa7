import { structuredPatch } from 'diff';

/**
 * The lines that a change removes and adds, with their line numbers and without the lines around them: those may hold
 * secrets of other servers.
 * @param secrets are replaced by `<TOKEN>` or, in removed lines, by `…`
 */
export function diffText(
  before: string,
  after: string,
  token: string | null,
  secrets: readonly string[],
): string {
  const { hunks } = structuredPatch('', '', before, after, '', '', { context: 0 });
  const lines = hunks.flatMap(({ oldStart, lines: changed }) => [
    `@@ line ${oldStart} @@`,
    ...changed.map((line) => masked(line, token, secrets)),
  ]);
  return lines.map((line) => `${line}\n`).join('');
}

function masked(line: string, token: string | null, secrets: readonly string[]): string {
  const hidden = token === null ? line : replaced(line, token, '<TOKEN>');
  return secrets.reduce((text, secret) => replaced(text, secret, '…'), hidden);
}

/** A secret as it is, and as JSON, TOML and YAML write it between quotes. */
function replaced(text: string, secret: string, by: string): string {
  if (secret === '') return text;
  return text.replaceAll(JSON.stringify(secret).slice(1, -1), by).replaceAll(secret, by);
}
