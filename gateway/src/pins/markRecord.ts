import type { Audit, AuditEntry } from '../audit/types.ts';
import type { Logger } from '../logger.ts';
import type { MarkedTool, ToolMarks } from './toolMarks.ts';

/** More changes than this are counted into one entry. */
const maxLines = 100;

/**
 * Logs that a server's tools differ from the approved ones.
 * @param clean removes secrets from a server's text: a tool's name may contain the server's secret
 */
export function recordMarks(
  marks: ToolMarks,
  audit: Audit,
  logger: Logger,
  clean: (serverId: string, text: string) => string,
): void {
  marks.subscribe((serverId, tools) => {
    audit.append(markEntries(serverId, tools, (text) => clean(serverId, text))).catch((error: unknown) => {
      logger.error(`changed tools of server "${serverId}" could not be logged: ${String(error)}`);
    });
  });
}

function markEntries(
  serverId: string,
  tools: ReadonlyMap<string, MarkedTool>,
  clean: (text: string) => string,
): AuditEntry[] {
  const event = 'tool_definition_changed';
  const entries = [...tools].slice(0, maxLines).map(([tool, { mark, changedParts }]): AuditEntry => ({
    event,
    server_id: serverId,
    tool_name: clean(tool),
    detail: { mark, changed: changedParts },
  }));
  if (tools.size <= maxLines) return entries;
  return [...entries, { event, server_id: serverId, detail: { further: tools.size - maxLines } }];
}
