import type { AccessAnswer } from 'lmcp-gateway/src/api/types.ts';
import { cellWords } from './cellWords.ts';
import { visibleText } from '../text/hostileText.ts';
import type { MatrixColumn } from './matrixColumns.ts';

/** One cell as it is drawn: what the client at `row` may use of a server, or whether it may use one tool. */
export interface MatrixCell {
  readonly text: string;
  readonly access: 'all' | 'some' | 'none';
  /** Number of the deciding rule among the answer's rules. */
  readonly rule: number;
}

export function matrixCell(access: AccessAnswer, row: number, column: MatrixColumn): MatrixCell {
  const entry = access.clients[row]?.cells[column.server];
  if (entry === undefined) return { text: '', access: 'none', rule: -1 };
  if (column.kind === 'server') return { text: cellWords(entry), access: entry.access, rule: entry.rule };
  const rule = entry.tools[column.tool] ?? -1;
  const allowed = access.rules[rule]?.allowed === true;
  return { text: allowed ? '✓' : '–', access: allowed ? 'all' : 'none', rule };
}

/** What a screen reader says of a cell: who, what and the result. */
export function cellName(access: AccessAnswer, row: number, column: MatrixColumn): string {
  const client = access.clients[row]?.client_id ?? '';
  const { text, access: result } = matrixCell(access, row, column);
  const words = column.kind === 'server' ? text : result === 'all' ? 'allowed' : 'denied';
  return `${visibleText(`${client}, ${column.name}`)}: ${words}`;
}

/** Would what is staged make this cell another than it is now? Servers, clients and tools are matched by name. */
export function cellChanges(
  now: AccessAnswer,
  staged: AccessAnswer,
  row: number,
  column: MatrixColumn,
): boolean {
  if (now === staged) return false;
  const client = staged.clients[row]?.client_id;
  const id = staged.servers[column.server]?.server_id;
  const server = now.servers.findIndex((one) => one.server_id === id);
  const before = now.clients.find((one) => one.client_id === client)?.cells[server];
  if (before === undefined) return true;
  const after = matrixCell(staged, row, column);
  if (column.kind === 'server') return cellWords(before) !== after.text;
  const tool = now.servers[server]?.tools.findIndex((one) => one.tool === column.name) ?? -1;
  return (now.rules[before.tools[tool] ?? -1]?.allowed === true) !== (after.access === 'all');
}

/** Which rule decides a cell, with its place in the file. */
export function decidingWords(access: AccessAnswer, row: number, column: MatrixColumn): string {
  const client = access.clients[row]?.client_id ?? '';
  const server = access.servers[column.server]?.server_id ?? '';
  const rule = access.rules[matrixCell(access, row, column).rule];
  if (rule === undefined) return '';
  const where = column.kind === 'server' ? server : `${server} → ${column.name}`;
  const line = rule.line === null ? '' : `, line ${String(rule.line)}`;
  return visibleText(
    `${client} → ${where}: ${rule.allowed ? 'allowed' : 'denied'}: ${rule.words} (${rule.path}${line})`,
  );
}
