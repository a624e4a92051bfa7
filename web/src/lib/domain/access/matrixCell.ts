import type { AccessAnswer, DecidingRule } from 'lmcp-gateway/src/api/access.ts';
import { cellLabel } from './cellLabel.ts';
import { visibleText } from '../text/hostileText.ts';
import type { MatrixColumn } from './matrixColumns.ts';

/** One cell as it is drawn: what the client at `row` may use of a server, or whether it may use one tool. */
export interface MatrixCell {
  readonly text: string;
  /** `pending`: requires approval (`pin_tools`); `unknown`: depends on the server's tools, which are not known yet. */
  readonly access: 'all' | 'some' | 'none' | 'pending' | 'unknown';
  /** Number of the deciding rule among the answer's rules. */
  readonly rule: number;
}

export function matrixCell(access: AccessAnswer, row: number, column: MatrixColumn): MatrixCell {
  const entry = access.clients[row]?.cells[column.server];
  if (entry === undefined) return { text: '', access: 'none', rule: -1 };
  if (column.kind === 'server') return { text: cellLabel(entry), access: entry.access, rule: entry.rule };
  const rule = entry.tools[column.tool] ?? -1;
  const state = toolAccess(access.rules[rule]);
  return { text: toolSigns[state], access: state, rule };
}

const toolSigns = { all: '✓', none: '–', pending: '!', unknown: '?' } as const;
const accessLabels = {
  all: 'allowed',
  none: 'denied',
  pending: 'pending approval',
  unknown: 'not known yet',
} as const;

function toolAccess(rule: DecidingRule | undefined): keyof typeof toolSigns {
  if (rule?.reason === 'tool_not_approved') return 'pending';
  if (rule?.allowed === null) return 'unknown';
  return rule?.allowed === true ? 'all' : 'none';
}

/** What a screen reader says of a cell: who, what and the result. */
export function cellName(access: AccessAnswer, row: number, column: MatrixColumn): string {
  const client = access.clients[row]?.client_id ?? '';
  const { text, access: result } = matrixCell(access, row, column);
  const label = result === 'some' || column.kind === 'server' ? text : accessLabels[result];
  return `${visibleText(`${client}, ${column.name}`)}: ${label}`;
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
  if (column.kind === 'server') return cellLabel(before) !== after.text;
  const tool = now.servers[server]?.tools.findIndex((one) => one.tool === column.name) ?? -1;
  return toolAccess(now.rules[before.tools[tool] ?? -1]) !== after.access;
}

/** Which rule decides a cell, with its place in the file. */
export function ruleDescription(access: AccessAnswer, row: number, column: MatrixColumn): string {
  const client = access.clients[row]?.client_id ?? '';
  const server = access.servers[column.server]?.server_id ?? '';
  const rule = access.rules[matrixCell(access, row, column).rule];
  if (rule === undefined) return '';
  const where = column.kind === 'server' ? server : `${server} → ${column.name}`;
  const line = rule.line === null ? '' : `, line ${String(rule.line)}`;
  return visibleText(
    `${client} → ${where}: ${accessLabels[toolAccess(rule)]}: ${rule.words} (${rule.path}${line})`,
  );
}
