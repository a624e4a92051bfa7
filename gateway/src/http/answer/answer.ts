import type { ServerResponse } from 'node:http';
import { jsonByteLength, jsonParts, type JsonText } from '../../json/jsonText.ts';
import { apiErrors, type ApiErrorCode, type StatusOf } from '../../api/errors.ts';
import type { ApiFailure } from '../../api/schema/failure.ts';

export type ResponseHeaders = Readonly<Record<string, string>>;

/** Sends a JSON text; the one place that writes whole answers. */
export function sendJson(
  response: ServerResponse,
  status: number,
  text: JsonText,
  headers: ResponseHeaders = {},
): void {
  if (response.headersSent) return;
  response.writeHead(status, { ...jsonHeaders(text), ...headers });
  if (typeof text === 'string') response.end(text);
  else {
    for (const part of jsonParts(text)) response.write(part);
    response.end();
  }
}

/** What every answer in JSON says of itself. */
export function jsonHeaders(text: JsonText): Readonly<Record<string, string | number>> {
  return {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': jsonByteLength(text),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  };
}

/** The text of an error outside the MCP endpoint. */
export function failureText(error: ApiErrorCode, message: string): string {
  return JSON.stringify({ ok: false, error, message } satisfies ApiFailure);
}

/** An error outside the MCP endpoint; `message` says what to do. The status is the usual one of the code. */
export function sendError(
  response: ServerResponse,
  code: ApiErrorCode,
  message: string,
  headers: ResponseHeaders = {},
): void {
  sendJson(response, apiErrors[code].statuses[0], failureText(code, message), headers);
}

/** The same with another status of the code. */
export function sendErrorAs<Code extends ApiErrorCode>(
  response: ServerResponse,
  code: Code,
  status: StatusOf<Code>,
  message: string,
): void {
  sendJson(response, status, failureText(code, message));
}
