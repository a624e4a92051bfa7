import type { AccessAnswer, AccessCell, DecidingRule } from 'lmcp-gateway/src/api/access.ts';
import { visibleText } from '../text/hostileText.ts';
import type { MatrixRow } from './matrixRows.ts';

/**
 * `closed`: not granted. `empty`: granted, but no tool is allowed. `pending`: requires approval (`pin_tools`). `unknown`: depends
 * on the server's tools, which are not known yet.
 */
type CellAccess = 'all' | 'some' | 'empty' | 'closed' | 'none' | 'pending' | 'unknown';

/** One cell as it is drawn: what a client may use of a server, or whether it may use one tool. */
export interface MatrixCell {
  /** The text of the cell. */
  readonly text: string;
  /** The same in words. */
  readonly label: string;
  readonly access: CellAccess;
  /** How much of the server is allowed, from 0 to 1; null where that is not known or not a question. */
  readonly share: number | null;
  /** Number of the deciding rule among the answer's rules. */
  readonly rule: number;
}

const nothing: MatrixCell = { text: '', label: '', access: 'closed', share: null, rule: -1 };

/** @param client its place among the answer's clients */
export function matrixCell(access: AccessAnswer, client: number, row: MatrixRow): MatrixCell {
  const entry = access.clients[client]?.cells[row.server];
  if (entry === undefined) return nothing;
  if (row.kind === 'server') return serverCell(entry, access.rules[entry.rule]);
  const rule = entry.tools[row.tool] ?? -1;
  return { ...toolCells[toolAccess(access.rules[rule])], rule };
}

function serverCell(entry: AccessCell, rule: DecidingRule | undefined): MatrixCell {
  const { allowed_count: allowed, total_count: total, pending_count: pending } = entry;
  const cell = { rule: entry.rule, share: total ? (allowed ?? 0) / total : null };
  if (isClosed(rule)) return { ...cell, text: '', label: 'not granted', access: 'closed', share: null };
  const waits = pending ? `, ${String(pending)} pending approval` : '';
  const sign = pending ? ' ⚠' : '';
  if (entry.access === 'all') {
    return total === null
      ? { ...cell, text: '● ?', label: 'every tool; its tools are not known yet', access: 'all' }
      : { ...cell, text: `● ${String(total)}`, label: `all of ${String(total)}`, access: 'all' };
  }
  if (entry.access === 'some') {
    const share = total === null ? 'some' : `${String(allowed)} of ${String(total)}`;
    return { ...cell, text: `◐ ${share}${sign}`, label: `${share}${waits}`, access: 'some' };
  }
  if (pending) return { ...cell, text: `⚠ ${String(pending)}`, label: `none${waits}`, access: 'pending' };
  return { ...cell, text: '○ none', label: 'granted, but no tool is allowed', access: 'empty' };
}

const closedReasons: ReadonlySet<string | null> = new Set([
  'server_not_allowed',
  'unknown_client',
  'unknown_server',
]);

function isClosed(rule: DecidingRule | undefined): boolean {
  return rule === undefined || closedReasons.has(rule.reason);
}

const toolCells = {
  all: { text: '●', label: 'allowed', access: 'all', share: null },
  none: { text: '–', label: 'denied', access: 'none', share: null },
  closed: { text: '', label: 'denied: the server is not granted', access: 'closed', share: null },
  pending: { text: '⚠', label: 'pending approval', access: 'pending', share: null },
  unknown: { text: '?', label: 'not known yet', access: 'unknown', share: null },
} as const satisfies Record<string, Omit<MatrixCell, 'rule'>>;

function toolAccess(rule: DecidingRule | undefined): keyof typeof toolCells {
  if (isClosed(rule)) return 'closed';
  if (rule?.reason === 'tool_not_approved') return 'pending';
  if (rule?.allowed === null) return 'unknown';
  return rule?.allowed === true ? 'all' : 'none';
}

/** What a screen reader says of a cell: who, what and the result. */
export function cellName(access: AccessAnswer, client: number, row: MatrixRow): string {
  const id = access.clients[client]?.client_id ?? '';
  return `${visibleText(`${id}, ${row.name}`)}: ${matrixCell(access, client, row).label}`;
}

/** Does it need a look: a tool waits for approval, or a grant allows nothing? */
export function isProblem(access: AccessAnswer, client: number, row: MatrixRow): boolean {
  const { access: state, label } = matrixCell(access, client, row);
  return state === 'pending' || state === 'empty' || (row.kind === 'server' && label.includes('pending'));
}

/** Would the pending changes make this cell another than it is now? */
export function cellChanges(
  now: AccessAnswer,
  staged: AccessAnswer,
  client: number,
  row: MatrixRow,
): boolean {
  if (now === staged) return false;
  const before = cellBefore(now, staged, client, row);
  return (
    before === null ||
    matrixCell(now, before.client, before.row).text !== matrixCell(staged, client, row).text
  );
}

/** The place of a cell without the pending changes; null where there was none. Servers, clients and tools are matched by name. */
export function cellBefore(
  now: AccessAnswer,
  staged: AccessAnswer,
  client: number,
  row: MatrixRow,
): { readonly client: number; readonly row: MatrixRow } | null {
  const serverId = staged.servers[row.server]?.server_id;
  const server = now.servers.findIndex((one) => one.server_id === serverId);
  const before = now.clients.findIndex((one) => one.client_id === staged.clients[client]?.client_id);
  if (server === -1 || before === -1) return null;
  const tool =
    row.kind === 'server' ? -1 : now.servers[server]?.tools.findIndex((one) => one.tool === row.name);
  return { client: before, row: { ...row, server, tool: tool ?? -1 } };
}

/** What a cell says, and which rule decides it, with its place in the file. */
export function ruleDescription(access: AccessAnswer, client: number, row: MatrixRow): string {
  const id = access.clients[client]?.client_id ?? '';
  const server = access.servers[row.server]?.server_id ?? '';
  const cell = matrixCell(access, client, row);
  const rule = access.rules[cell.rule];
  if (rule === undefined) return '';
  const where = row.kind === 'server' ? server : `${server} → ${row.name}`;
  const line = rule.line === null ? '' : `, line ${String(rule.line)}`;
  // The rule of a server that is restricted is that for the tools which no policy names.
  const subject = cell.access === 'some' ? 'other tools: ' : '';
  return visibleText(`${id} → ${where}: ${cell.label}. ${subject}${rule.words} (${rule.path}${line})`);
}
