import { z } from 'zod';
import type { AuditFilterName } from '../audit/read/parseFilter.ts';
import { auditLine } from './schema/auditLine.ts';
import { maxActivityMinutes } from './schema/activityMinutes.ts';
import { endpoint } from './endpoint.ts';
import { wholeNumber } from './schema/query.ts';
import { emptyBody } from './registry.ts';
import { instant, named, ok, type Described } from './schema/named.ts';

const text = (description: string) => z.string().exactOptional().meta({ description });

/** All that are given must match. */
const filters = {
  event: text('Comma-separated audit events, any of them.'),
  client: text('Of this client.'),
  server: text('Of this server.'),
  tool: text("Of this tool, by the server's own name."),
  allowed: z.enum(['true', 'false']).exactOptional().meta({ description: 'The decision.' }),
  reason: text('With this reason code.'),
  call: text('All lines of one request.'),
  from: text('RFC 3339, inclusive: a date, or a date with time and zone.'),
  to: text('RFC 3339, exclusive.'),
  text: text('Part of the raw line, any case.'),
  query: text(
    'Terms as in `client:codex tool:write_* -outcome:ok`: see docs/audit.md. Times are given by `from` and `to`.',
  ),
  outcomes: z.literal('true').exactOptional().meta({
    description: 'Only the line that says how a call ended, and lines that belong to no call.',
  }),
} satisfies Readonly<Record<AuditFilterName, z.ZodType>>;

export const auditPageLimit = { default: 100, max: 500 } as const;

const auditFilterQuery = z.strictObject(filters);
const auditQuery = z.strictObject({
  ...filters,
  cursor: text('`next_cursor` of the previous page, with the same filters.'),
  limit: wholeNumber(1, auditPageLimit.max)
    .exactOptional()
    .meta({ description: `Lines in the page; ${auditPageLimit.default} by default.` }),
});

const auditPage = named(
  'AuditPage',
  'Newest first.',
  z.strictObject({
    ok,
    lines: z.array(auditLine),
    next_cursor: z.string().nullable().meta({ description: 'Null when nothing older matches.' }),
    count: z.strictObject({
      matched: z.number().meta({ description: 'Matching lines in the whole log.' }),
      exact: z
        .boolean()
        .meta({ description: 'False when counting stopped early: `matched` is a lower bound.' }),
      total: z.number().meta({ description: 'Lines in the whole log.' }),
    }),
  }),
);

const verification = named(
  'Verification',
  'One check of the whole log.',
  z.strictObject({
    verified: z.boolean(),
    finished_at: instant,
    duration_ms: z.number(),
    lines: z.number(),
    repeats: z
      .number()
      .meta({ description: 'Occurrences that are in counted lines (`count`), not in lines of their own.' }),
    segments: z.number(),
    last_seq: z.number().meta({ description: 'Verified up to and including this line.' }),
    problems: z.array(
      z.strictObject({
        file: z.string(),
        line: z.number(),
        seq: z.number().nullable(),
        words: z.string(),
      }),
    ),
  }),
);

const verifyAnswer = named(
  'VerifyAnswer',
  'The last verification, and whether one is running.',
  z.strictObject({ ok, running: z.boolean(), last: verification.nullable() }),
);

const activityBucket = named(
  'ActivityBucket',
  'One minute.',
  z.strictObject({
    start_at: instant,
    calls: z.number().meta({ description: 'Allowed calls.' }),
    refused: z.number().meta({ description: 'Denials of any check.' }),
    failed: z.number().meta({ description: 'Calls whose outcome is not `ok`.' }),
  }),
);

const activityAnswer = named(
  'ActivityAnswer',
  'Decisions a minute since the gateway started.',
  z.strictObject({
    ok,
    counting_since_at: instant.meta({
      description: 'When counting began: earlier buckets are unknown and left out.',
    }),
    bucket_s: z.literal(60),
    buckets: z
      .array(activityBucket)
      .meta({ description: 'Oldest first, without holes; the last one is still filling.' }),
  }),
);

const histogramBucket = named(
  'HistogramBucket',
  'Matching lines of one span of time, by how they ended.',
  z.strictObject({
    start_at: instant,
    ok: z.number().meta({ description: 'Calls whose outcome is `ok`.' }),
    failed: z.number().meta({ description: 'Calls with any other outcome.' }),
    denied: z.number().meta({ description: 'Lines of a check that denies; counted repeats are one line.' }),
    other: z.number().meta({ description: 'Lines that are none of these.' }),
  }),
);

const histogramAnswer = named(
  'HistogramAnswer',
  'How matching lines are spread over time.',
  z.strictObject({
    ok,
    bucket_s: z.number().meta({ description: 'Width of a bucket, chosen so that there are at most 60.' }),
    buckets: z.array(histogramBucket).meta({
      description: 'Oldest first, without holes: from `from` or the first line, to `to` or now.',
    }),
  }),
);

export const auditEndpoints = {
  searchAudit: endpoint({
    method: 'GET',
    path: '/management/audit',
    auth: 'management',
    summary: 'A page of the audit log.',
    query: auditQuery,
    answer: auditPage,
    errors: ['invalid_cursor'],
  }),
  exportAudit: endpoint({
    method: 'GET',
    path: '/management/audit/export',
    auth: 'management',
    summary: 'The audit log, or what matches, as a download.',
    query: z.strictObject({
      ...filters,
      format: z
        .enum(['ndjson', 'csv'])
        .exactOptional()
        .meta({ description: '`csv`: a table with one record a line (`text/csv`); `ndjson` by default.' }),
    }),
    answer: {
      mediaType: 'application/x-ndjson',
      description: 'Oldest first, each line byte for byte as in the log; or CSV.',
    },
    errors: [],
  }),
  getHistogram: endpoint({
    method: 'GET',
    path: '/management/audit/histogram',
    auth: 'management',
    summary: 'How the lines that match are spread over time.',
    query: auditFilterQuery,
    answer: histogramAnswer,
    errors: [],
  }),
  getVerification: endpoint({
    method: 'GET',
    path: '/management/audit/verify',
    auth: 'management',
    summary: 'The last verification of the log.',
    answer: verifyAnswer,
    errors: [],
  }),
  verifyAudit: endpoint({
    method: 'POST',
    path: '/management/audit/verify',
    auth: 'management',
    scope: 'access',
    summary: 'Starts a verification of the log.',
    body: emptyBody,
    answer: verifyAnswer,
    status: 202,
    errors: ['verify_in_progress'],
  }),
  getActivity: endpoint({
    method: 'GET',
    path: '/management/activity',
    auth: 'management',
    summary: 'Decisions a minute.',
    query: z.strictObject({
      minutes: wholeNumber(1, maxActivityMinutes)
        .exactOptional()
        .meta({ description: 'How many minutes back; 60 by default.' }),
    }),
    answer: activityAnswer,
    errors: [],
  }),
};

/** The query of a page as it is written. */
export type AuditQuery = Readonly<z.input<typeof auditQuery>>;
export type AuditPage = Described<typeof auditPage>;
export type Verification = Described<typeof verification>;
export type VerifyAnswer = Described<typeof verifyAnswer>;
export type HistogramBucket = Described<typeof histogramBucket>;
export type HistogramAnswer = Described<typeof histogramAnswer>;
export type ActivityBucket = Described<typeof activityBucket>;
export type ActivityAnswer = Described<typeof activityAnswer>;
