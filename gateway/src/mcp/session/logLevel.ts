/** Levels of log messages, least severe first (RFC 5424, as MCP 2025-11-25, server/utilities/logging, uses it). */
const levels = ['debug', 'info', 'notice', 'warning', 'error', 'critical', 'alert', 'emergency'];

export function isLogLevel(value: unknown): value is string {
  return typeof value === 'string' && levels.includes(value);
}

/** Whether a message of this level is wanted by who asked for that lowest level; without one everything is. */
export function isWanted(params: unknown, lowest: string | undefined): boolean {
  if (lowest === undefined) return true;
  const level = (params as { level?: unknown } | null | undefined)?.level;
  return typeof level !== 'string' || levels.indexOf(level) >= levels.indexOf(lowest);
}
