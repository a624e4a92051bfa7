import { z } from 'zod';
import type { AuditLine } from '../audit/types.ts';
import { endpoint } from './endpoint.ts';
import { auditEvent } from './schema/auditLine.ts';

export const eventEndpoints = {
  events: endpoint({
    method: 'GET',
    path: '/events',
    auth: 'optional_management',
    summary: 'The audit log live: each new line as one server-sent event.',
    query: z.object({
      event_type: auditEvent.exactOptional().meta({ description: 'Only lines of this event.' }),
    }),
    answer: {
      mediaType: 'text/event-stream',
      description:
        '`event:` is the audit event, `id:` its `seq`, `data:` an `AuditLine`, or a `PublicAuditLine` without the management token. `Last-Event-ID` replays up to 1,000 lines that followed.',
    },
    errors: ['invalid_event_type', 'management_disabled', 'management_unauthorized', 'too_many_subscribers'],
  }),
};

/** `data:` of one server-sent event of `GET /events`, with the management token. */
export type EventData = AuditLine;
