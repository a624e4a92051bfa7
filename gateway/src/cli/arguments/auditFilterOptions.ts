import type { AuditFilterName, AuditFilterTexts } from '../../audit/read/parseFilter.ts';

/** The filters of the command line: what stands for the value, and what it does. Named as in the management API. */
export const auditFilterOptions = {
  event: ['<events>', 'these events, comma-separated'],
  client: ['<id>', 'of this client'],
  server: ['<id>', 'of this server'],
  tool: ['<name>', "of this tool, by the server's own name"],
  allowed: ['<true|false>', 'with this decision'],
  reason: ['<reason>', 'for this reason'],
  call: ['<id>', 'all lines of one request'],
  from: ['<instant>', 'from then on, as in 2026-05-01T13:00:00Z'],
  to: ['<instant>', 'before then'],
  text: ['<text>', 'with this in the line, any case'],
  query: ['<query>', 'as in "client:codex tool:write_* -outcome:ok since:yesterday"'],
  outcomes: ['<true>', 'only the line that says how a call ended, and lines that belong to no call'],
} as const satisfies Readonly<Record<AuditFilterName, readonly [value: string, description: string]>>;

export type AuditFilterOptions = AuditFilterTexts;
