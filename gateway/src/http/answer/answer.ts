import type { ServerResponse } from 'node:http';

export type ResponseHeaders = Readonly<Record<string, string>>;

/** Sends a JSON text; the one place that writes whole answers. */
export function sendJson(
  response: ServerResponse,
  status: number,
  text: string,
  headers: ResponseHeaders = {},
): void {
  if (response.headersSent) return;
  response.writeHead(status, { ...jsonHeaders(text), ...headers });
  response.end(text);
}

/** What every answer in JSON says of itself. */
export function jsonHeaders(text: string): Readonly<Record<string, string | number>> {
  return {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  };
}

/** The text of an error outside the MCP endpoint. */
export function failureText(code: string, message: string): string {
  return JSON.stringify({ ok: false, error: code, message });
}

/** An error outside the MCP endpoint; `message` says what to do. */
export function sendError(
  response: ServerResponse,
  status: number,
  code: string,
  message: string,
  headers: ResponseHeaders = {},
): void {
  sendJson(response, status, failureText(code, message), headers);
}
