import type { AccessAnswer, AccessServer, AccessTool } from 'lmcp-gateway/src/api/access.ts';

/** A row of the matrix: a server, or one tool of a server that is opened. */
export interface MatrixRow {
  readonly kind: 'server' | 'tool';
  /** The place of the server among the answer's servers. */
  readonly server: number;
  /** The place of the tool among the server's tools; −1 for the server itself. */
  readonly tool: number;
  readonly name: string;
  /** A tool requires approval, or is new or changed: of a server, any of its tools. */
  readonly mark: boolean;
  readonly hint: AccessTool['hint'];
  readonly description: string;
}

export interface RowFilter {
  readonly opened: ReadonlySet<string>;
  /** Whether a name is searched for; every name where nothing is. */
  readonly matches: (name: string) => boolean;
  /** Leaves out rows, and servers of which no row is left. */
  readonly keeps?: ((row: MatrixRow) => boolean) | undefined;
}

/**
 * Servers from top to bottom, opened ones followed by their tools. A search finds tools as well: their servers are shown, and
 * opened.
 */
export function matrixRows(
  { servers }: Pick<AccessAnswer, 'servers'>,
  { opened, matches, keeps }: RowFilter,
): MatrixRow[] {
  return servers.flatMap((server, index): MatrixRow[] => {
    const tools = server.tools.map((tool, at) => toolRow(tool, index, at));
    const head = serverRow(server, index);
    const whole = matches(server.server_id);
    const found = whole ? [] : tools.filter(({ name }) => matches(name));
    if (!whole && found.length === 0) return [];
    if (keeps !== undefined) {
      const kept = (whole ? tools : found).filter(keeps);
      return kept.length > 0 || (whole && keeps(head)) ? [head, ...kept] : [];
    }
    return [head, ...(opened.has(server.server_id) ? (whole ? tools : found) : found)];
  });
}

/** @param index its place among the answer's servers */
export function serverRow({ server_id: name, tools }: AccessServer, index: number): MatrixRow {
  const mark = tools.some((tool) => tool.mark !== null);
  return { kind: 'server', server: index, tool: -1, name, mark, hint: null, description: '' };
}

function toolRow({ tool, mark, hint, description }: AccessTool, server: number, at: number): MatrixRow {
  return {
    kind: 'tool',
    server,
    tool: at,
    name: tool,
    mark: mark !== null,
    hint,
    description: description ?? '',
  };
}
