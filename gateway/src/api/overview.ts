import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { hostileText, instant, named, ok, type Described } from './schema/named.ts';

const counted = {
  calls: z.number().meta({ description: 'Calls that were forwarded and have ended.' }),
  failed: z.number().meta({ description: 'How many of them have another outcome than `ok`.' }),
  denied: z.number().meta({ description: 'Requests that a check denied; counted repeats count each.' }),
};
const id = z.string().nullable();

const overviewAnswer = named(
  'OverviewAnswer',
  'What happened lately, counted from the log.',
  z.strictObject({
    ok,
    from: instant,
    totals: z.strictObject({
      ...counted,
      p95_ms: z.number().nullable().meta({
        description: 'The 95th percentile of the duration of calls. Null without a call.',
      }),
    }),
    buckets: z
      .array(z.strictObject({ start_at: instant, ...counted }))
      .meta({ description: 'Of equal width, oldest first, without holes.' }),
    denied: z
      .array(
        z.strictObject({
          client_id: id,
          server_id: id,
          tool_name: hostileText.nullable(),
          event: z.string().meta({ description: 'The audit event of the check that denied.' }),
          reason: id,
          count: z.number(),
          last_at: instant,
        }),
      )
      .meta({ description: 'Denied requests by client, server, tool and reason: the latest 50 groups.' }),
    active: z
      .array(
        z.strictObject({ client_id: z.string(), server_id: z.string(), calls: z.number(), last_at: instant }),
      )
      .meta({ description: 'Which client calls which server: the busiest 50 pairs.' }),
  }),
);

export const overviewRanges = { '1h': 1, '24h': 24, '7d': 168 } as const;

export const overviewEndpoints = {
  getOverview: endpoint({
    method: 'GET',
    path: '/management/overview',
    auth: 'management',
    summary: 'What happened in the last hour, day or week, counted from the log.',
    query: z.strictObject({
      range: z
        .enum(Object.keys(overviewRanges) as [keyof typeof overviewRanges])
        .exactOptional()
        .meta({ description: '`1h` by default.' }),
    }),
    answer: overviewAnswer,
    errors: [],
  }),
};

export type OverviewRange = keyof typeof overviewRanges;
export type OverviewAnswer = Described<typeof overviewAnswer>;
