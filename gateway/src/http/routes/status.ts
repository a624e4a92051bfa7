import type { IncomingMessage, ServerResponse } from 'node:http';
import { statusEndpoints, statusLimit, type StatusAnswer } from '../../api/status.ts';
import { sendError, sendJson } from '../answer/answer.ts';
import { queryOf, readerOf, type HttpContext } from '../context.ts';
import { readQuery } from './readQuery.ts';

/** `GET /status[?limit=N]`: the whole with the management token, else what everybody on this machine may see. */
export async function statusRoute(
  context: HttpContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const query = readQuery(statusEndpoints.status.query, queryOf(request));
  if (query === undefined) {
    sendError(response, 'invalid_limit', `limit must be a whole number from 0 to ${statusLimit.max}`);
    return;
  }
  const reader = await readerOf(context, request, response, { endpoint: 'GET /status' });
  if (reader === undefined) return;
  const { limit = statusLimit.default } = query;
  const answer: StatusAnswer = { ok: true, status: context.status({ ...reader, limit }) };
  sendJson(response, 200, JSON.stringify(answer));
}
