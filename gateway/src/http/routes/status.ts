import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendError, sendJson } from '../answer/answer.ts';
import { queryOf, readerOf, type HttpContext } from '../context.ts';

const defaultLimit = 20;
const maxLimit = 500;

/** `GET /status[?limit=N]`: the whole with the management token, else what everybody on this machine may see. */
export async function statusRoute(
  context: HttpContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const limit = readLimit(queryOf(request).getAll('limit'));
  if (limit === undefined) {
    sendError(response, 400, 'invalid_limit', `limit must be a whole number from 0 to ${maxLimit}`);
    return;
  }
  const reader = await readerOf(context, request, response);
  if (reader === undefined) return;
  sendJson(response, 200, JSON.stringify({ ok: true, status: context.status({ ...reader, limit }) }));
}

function readLimit(values: readonly string[]): number | undefined {
  const [value = String(defaultLimit), ...others] = values;
  if (others.length > 0 || !/^[0-9]{1,3}$/.test(value)) return undefined;
  return Number(value) <= maxLimit ? Number(value) : undefined;
}
