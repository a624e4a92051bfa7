import type { IncomingMessage, ServerResponse } from 'node:http';
import { eventEndpoints } from '../../api/events.ts';
import { auditEvents } from '../../audit/events.ts';
import { checkManagement } from '../../clients/manager.ts';
import { sendError } from '../answer/answer.ts';
import { queryOf, readerOf, type HttpContext } from '../context.ts';
import { readQuery } from './readQuery.ts';
import { headerValue, headerValues } from '../door/headers.ts';
import { SseStream } from '../answer/sse.ts';

/** `GET /events[?event_type=…]`: the audit log live, as server-sent events. */
export async function eventsRoute(
  context: HttpContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const query = readQuery(eventEndpoints.events.query, queryOf(request));
  if (query === undefined) {
    sendError(response, 'invalid_event_type', `event_type must be one of ${auditEvents.join(', ')}`);
    return;
  }
  const reader = await readerOf(context, request, response, {
    endpoint: 'GET /events',
    query: query.event_type === undefined ? {} : { event_type: query.event_type },
  });
  if (reader === undefined) return;
  if (!context.feed.hasPlace(reader.management)) {
    const message = 'all places are taken; close another reader of /events';
    sendError(response, 'too_many_subscribers', message, { 'Retry-After': '15' });
    return;
  }
  const stream = new SseStream(response);
  const presented = headerValues(request, 'x-lmcp-management-token');
  if (reader.management)
    context.bound.add(
      stream,
      ({ settings }) =>
        checkManagement(settings, presented, { guessed: false, sessions: context.sessions }).kind === 'ok',
    );
  context.feed.subscribe(stream, {
    ...reader,
    event: query.event_type,
    afterSeq: readSeq(headerValue(request, 'last-event-id')),
  });
}

function readSeq(value: string | undefined): number | undefined {
  return value !== undefined && /^[0-9]{1,15}$/.test(value) ? Number(value) : undefined;
}
