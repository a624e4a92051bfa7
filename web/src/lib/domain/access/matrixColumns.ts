import type { AccessServer, AccessTool } from 'lmcp-gateway/src/api/access.ts';

/** A column of the matrix: a server, or one tool of a server that is opened. */
export interface MatrixColumn {
  readonly kind: 'server' | 'tool';
  /** Where the server stands among the answer's servers. */
  readonly server: number;
  /** Where the tool stands among the server's tools; −1 for the server itself. */
  readonly tool: number;
  readonly name: string;
  readonly left: number;
  readonly width: number;
  readonly mark: boolean;
}

export const serverWidth = 152;
export const toolWidth = 40;

/** Columns from left to right, opened servers followed by their tools; `matches` leaves servers out. */
export function matrixColumns(
  servers: readonly AccessServer[],
  opened: ReadonlySet<string>,
  matches: (server: string) => boolean,
): MatrixColumn[] {
  const columns: MatrixColumn[] = [];
  let left = 0;
  const add = (column: Omit<MatrixColumn, 'left'>): void => {
    columns.push({ ...column, left });
    left += column.width;
  };
  servers.forEach((server, index) => {
    if (!matches(server.server_id)) return;
    const mark = server.tools.some((tool) => tool.mark !== null);
    add({ kind: 'server', server: index, tool: -1, name: server.server_id, width: serverWidth, mark });
    if (opened.has(server.server_id)) server.tools.forEach((tool, at) => add(toolColumn(tool, index, at)));
  });
  return columns;
}

function toolColumn(tool: AccessTool, server: number, at: number): Omit<MatrixColumn, 'left'> {
  return { kind: 'tool', server, tool: at, name: tool.tool, width: toolWidth, mark: tool.mark !== null };
}

/** The columns that a scrolled window shows; columns are ordered by `left`. */
export function columnsInView(
  columns: readonly MatrixColumn[],
  scrolled: number,
  viewport: number,
  extra = 240,
): { readonly first: number; readonly end: number } {
  const first = columns.findIndex((column) => column.left + column.width > scrolled - extra);
  if (first === -1) return { first: columns.length, end: columns.length };
  const beyond = columns.findIndex((column) => column.left > scrolled + viewport + extra);
  return { first, end: beyond === -1 ? columns.length : beyond };
}
