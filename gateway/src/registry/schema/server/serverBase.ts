import { z } from 'zod';
import { callMaxS } from './callMaxS.ts';
import type { RegistryPath } from '../../yaml/problem.ts';
import type { ReadContext } from '../read/readContext.ts';
import type { Read } from '../read/section.ts';
import { buildClientRequests, clientRequestsSchema } from '../clientRequestsSchema.ts';
import { buildToolPolicy, toolPolicySchema } from '../toolPolicySchema.ts';
import type { ServerBase, Timeouts } from '../../types.ts';

/** A day: longer waits are mistakes in the unit. */
const maxSeconds = 86_400;

const defaults = {
  enabled: true,
  scope: 'client',
  lists: 'remembered',
  pin_tools: false,
  unlisted_tools: 'deny',
  unlisted_resources: 'deny',
  idle_stop_s: 900,
} as const;

interface TimeoutDefaults {
  readonly initialize_s: number | null;
  readonly tools_list_s: number;
  readonly tools_call_s: number;
}

export const stdioTimeouts: TimeoutDefaults = { initialize_s: 90, tools_list_s: 90, tools_call_s: 180 };
export const httpTimeouts: TimeoutDefaults = { initialize_s: null, tools_list_s: 60, tools_call_s: 300 };
const retryDefaults = { retry_on_timeout: 0, retry_backoff_s: 1 } as const;

/** The keys that a server of every kind has; `timeouts` are those of its transport. */
export function serverBaseShape(timeouts: TimeoutDefaults) {
  return {
    enabled: z.boolean().optional().meta({
      description: 'False: the server is denied to all clients and not started. Grants and policies stay.',
      default: defaults.enabled,
    }),
    timeouts: timeoutsSchema(timeouts)
      .nullish()
      .meta({
        description: 'How long to wait for this server, in seconds.',
        examples: [{ tools_call_s: 300 }],
      }),
    tool_policy: toolPolicySchema.optional(),
    client_requests: clientRequestsSchema.optional(),
    scope: z.enum(['client', 'session', 'shared']).optional().meta({
      description:
        'One running instance for each client, for each session, or one for all. Where it is not given, a session whose client answers sampling or elicitation gets an instance of its own once it calls while a call of another session runs.',
      default: defaults.scope,
    }),
    lists: z.enum(['remembered', 'fresh']).optional().meta({
      description: 'Answer lists from memory, or ask the server each time.',
      default: defaults.lists,
    }),
    pin_tools: z.boolean().optional().meta({
      description: 'Block a tool whose definition changed until it is approved.',
      default: defaults.pin_tools,
    }),
    unlisted_tools: z.enum(['deny', 'allow']).optional().meta({
      description:
        'Whether tools and prompts that the server does not list may be used; `allow` is shown as a warning.',
      default: defaults.unlisted_tools,
    }),
    unlisted_resources: z.enum(['deny', 'allow']).optional().meta({
      description:
        'Whether resources may be read that the server neither lists, nor covers by a template, nor gave to the client; `allow` is shown as a warning.',
      default: defaults.unlisted_resources,
    }),
    idle_stop_s: z
      .number()
      .min(1)
      .max(7 * maxSeconds)
      .optional()
      .meta({
        description: 'Stop an instance that was not used for this time, in seconds.',
        default: defaults.idle_stop_s,
        examples: [900],
      }),
  };
}

function timeoutsSchema(defaultsOfTransport: TimeoutDefaults) {
  const seconds = () => z.number().gt(0).max(maxSeconds).optional();
  return z.strictObject({
    initialize_s: seconds().meta({
      description: 'For initialize; http servers do not use it.',
      default: defaultsOfTransport.initialize_s,
      examples: [120],
    }),
    tools_list_s: seconds().meta({
      description: 'For tools/list.',
      default: defaultsOfTransport.tools_list_s,
      examples: [120],
    }),
    tools_call_s: seconds().meta({
      description: 'For tools/call, which is never repeated.',
      default: defaultsOfTransport.tools_call_s,
      examples: [120],
    }),
    tools_call_max_s: seconds().meta({
      description:
        'Progress of a call restarts tools_call_s, up to this total in seconds; at least tools_call_s.',
      default: callMaxS,
      examples: [7_200],
    }),
    retry_on_timeout: z
      .int()
      .min(0)
      .max(10)
      .optional()
      .meta({
        description: 'Further tries of initialize and tools/list after a timeout.',
        default: retryDefaults.retry_on_timeout,
        examples: [1],
      }),
    retry_backoff_s: z
      .number()
      .min(0)
      .max(3600)
      .optional()
      .meta({
        description: 'Wait between these tries.',
        default: retryDefaults.retry_backoff_s,
        examples: [1],
      }),
  });
}

/** What is common to the servers of every kind. */
export function buildServerBase(
  id: string,
  read: Read<ReturnType<typeof serverBaseShape>>,
  timeouts: TimeoutDefaults,
  context: ReadContext,
): ServerBase {
  const path: RegistryPath = ['servers', id];
  return {
    id,
    enabled: read.enabled ?? defaults.enabled,
    timeouts: buildTimeouts(read.timeouts ?? {}, timeouts),
    toolPolicy: buildToolPolicy(read.tool_policy, [...path, 'tool_policy'], context),
    clientRequests: buildClientRequests(read.client_requests),
    scope: read.scope ?? defaults.scope,
    scopeChosen: read.scope !== undefined,
    lists: read.lists ?? defaults.lists,
    pinTools: read.pin_tools ?? defaults.pin_tools,
    unlistedTools: read.unlisted_tools ?? defaults.unlisted_tools,
    unlistedResources: read.unlisted_resources ?? defaults.unlisted_resources,
    idleStopS: read.idle_stop_s ?? defaults.idle_stop_s,
  };
}

function buildTimeouts(
  read: z.output<ReturnType<typeof timeoutsSchema>>,
  defaultsOfTransport: TimeoutDefaults,
): Timeouts {
  return {
    initializeS:
      defaultsOfTransport.initialize_s === null
        ? null
        : (read.initialize_s ?? defaultsOfTransport.initialize_s),
    toolsListS: read.tools_list_s ?? defaultsOfTransport.tools_list_s,
    toolsCallS: read.tools_call_s ?? defaultsOfTransport.tools_call_s,
    toolsCallMaxS: read.tools_call_max_s ?? callMaxS,
    retryOnTimeout: read.retry_on_timeout ?? retryDefaults.retry_on_timeout,
    retryBackoffS: read.retry_backoff_s ?? retryDefaults.retry_backoff_s,
  };
}
