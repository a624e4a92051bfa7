import { z } from 'zod';
import { reasonMeanings, type Reason } from '../../policy/reasons.ts';
import type { ServerState } from '../../upstream/types.ts';
import { named, type Described } from './named.ts';

/** Values that several answers share. */

export const transport = z.enum(['stdio', 'http', 'sse']);
export const runtime = z
  .enum(['process', 'container', 'http'])
  .meta({ description: 'Where the server runs; `http`: by itself.' });
export const policyMode = z.enum(['allow_all', 'deny_all', 'allow_list']);
export const tokenStatus = z
  .enum(['empty', 'placeholder', 'set'])
  .meta({ description: 'What is known of a token; the token itself is never shown.' });
export const serverState = z.enum(['idle', 'starting', 'ready', 'backoff', 'failed']).meta({
  description:
    '`idle`: not running, the next call starts it. `backoff`: its start failed, waiting before a retry. `failed`: cannot be started as registered.',
}) satisfies z.ZodType<ServerState>;
const reasons = Object.keys(reasonMeanings) as [Reason, ...Reason[]];

export const reason = named(
  'Reason',
  'Why a decision was made; docs/audit.md explains each.',
  z.enum(reasons),
);
export const rateLimit = z.number().nullable().meta({ description: 'Requests a minute; null is unlimited.' });

export const reducedIsolation = z
  .array(z.string())
  .meta({ description: 'Each way in which the server is isolated less than by default, as text.' });

export const timeouts = named(
  'Timeouts',
  'How long the gateway waits for a server, defaults filled in.',
  z.strictObject({
    initialize_s: z.number().nullable().meta({ description: 'Null for http, which does not use it.' }),
    tools_list_s: z.number(),
    tools_call_s: z.number(),
    tools_call_max_s: z.number().meta({ description: 'The total, for a call that reports progress.' }),
    retry_on_timeout: z.number().meta({ description: 'Retries of initialize and tools/list.' }),
    retry_backoff_s: z.number().meta({ description: 'Wait between retries.' }),
  }),
);

export type Runtime = Described<typeof runtime>;
export type PolicyMode = Described<typeof policyMode>;
export type TimeoutsView = Described<typeof timeouts>;
