import { z } from 'zod';
import { auditEvents } from '../../audit/events.ts';
import type { AuditLine } from '../../audit/types.ts';
import { jsonObject, named } from './named.ts';

const id = z.string().nullable();
export const auditEvent = named(
  'AuditEvent',
  'The kind of an audit line; docs/audit.md explains each.',
  z.enum(auditEvents),
);

/** What everybody on this machine may see of a line. */
const publicKeys = {
  seq: z.number().meta({ description: 'Dense, from 1.' }),
  ts: z.string().meta({ description: 'RFC 3339 in UTC with milliseconds.' }),
  event: auditEvent,
  server_id: id,
  tool_name: id,
  allowed: z.boolean().nullable().meta({ description: 'The decision; null where nothing was decided.' }),
  reason: id,
  call: id.meta({ description: 'The same in all lines of one request.' }),
};

export const auditLine = named(
  'AuditLine',
  'One line of the audit log.',
  z.strictObject({
    ...publicKeys,
    prev: z.string().meta({ description: 'SHA-256 (hex) of the previous line.' }),
    client_id: id,
    request_id: id.meta({ description: "The caller's `X-Request-Id`." }),
    detail: jsonObject.nullable().meta({ description: 'Depends on the event.' }),
  }),
) satisfies z.ZodType<AuditLine>;

export const publicAuditLine = named(
  'PublicAuditLine',
  'One line of the audit log without the management token.',
  z.strictObject({ ...publicKeys, client_id: z.null() }),
);
