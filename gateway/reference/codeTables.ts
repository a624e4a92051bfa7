import { checks } from '../src/policy/checks.ts';
import { table } from './table.ts';

/** A row for each code of a closed list. Names as `allow_servers` get backticks. */
export function meaningsTable(
  code: string,
  meaning: string,
  meanings: Readonly<Record<string, string>>,
): string {
  const rows = Object.entries(meanings).map(([name, text]) => [`\`${name}\``, withCode(text)]);
  return table([code, meaning], rows);
}

/** A row for each check, in the order of a call. */
export function checksTable(): string {
  const rows = checks.map(({ id, label, reasons }) => [
    `\`${id}\``,
    label,
    Object.keys(reasons)
      .map((reason) => `\`${reason}\``)
      .join(', '),
  ]);
  return table(['check', 'what it is', 'reasons'], rows);
}

function withCode(text: string): string {
  return text.includes('`') ? text : text.replace(/\b[a-z]+(?:_[a-z]+)+\b/g, '`$&`');
}
