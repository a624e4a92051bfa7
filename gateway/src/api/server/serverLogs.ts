import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { hostileText, instant, named, ok, type Described } from '../schema/named.ts';
import { wholeNumber } from '../schema/query.ts';

/** Seconds that a request may wait for a line. */
const maxWaitS = 25;

const serverLogLine = named(
  'ServerLogLine',
  'A line that an instance of a server wrote.',
  z.strictObject({
    number: z.number().meta({ description: 'Counted from 1 since `since_at`.' }),
    at: instant,
    stream: z.enum(['stderr', 'stdout', 'gateway']).meta({
      description:
        '`stdout`: what was written there that is not JSON. `gateway`: what LMCP notes of the instance, as its start and its end.',
    }),
    instance: z.number().meta({ description: 'Counted from 1.' }),
    client_id: z.string().nullable().meta({
      description:
        'The client that the instance was started for; null if clients share it, or if it was started for none.',
    }),
    text: hostileText.meta({
      description: 'Without the secrets of the server, at most 8 KiB: untrusted text.',
    }),
    cut: z.boolean().meta({ description: 'The line was longer.' }),
  }),
);

const serverLogsAnswer = named(
  'ServerLogsAnswer',
  'What is kept of the lines after the given one, oldest first: at most 5,000 lines and 256 KiB.',
  z.strictObject({
    ok,
    since_at: instant.meta({
      description:
        'Milliseconds since the Unix epoch. Another value: the numbers start again, read from the beginning.',
    }),
    last: z.number().meta({ description: 'Number of the last line; 0 before the first.' }),
    lines: z.array(serverLogLine),
  }),
);

export const serverLogsEndpoints = {
  serverLogs: endpoint({
    method: 'GET',
    path: '/management/servers/:server_id/logs',
    auth: 'management',
    summary:
      'What the instances of a server wrote to stderr and, beside messages, to stdout since the gateway started. ' +
      'With `wait_s` it answers when there is a line after `after`, so that a reader follows the log without polling.',
    query: z.strictObject({
      after: wholeNumber(0, Number.MAX_SAFE_INTEGER)
        .exactOptional()
        .meta({ description: 'Lines after this number; 0 without it.' }),
      wait_s: wholeNumber(0, maxWaitS)
        .exactOptional()
        .meta({ description: 'How long to wait for a line, in seconds; 0 without it.' }),
    }),
    answer: serverLogsAnswer,
    errors: ['unknown_server', 'invalid_query'],
  }),
};

export type ServerLogLine = Described<typeof serverLogLine>;
export type ServerLogsAnswer = Described<typeof serverLogsAnswer>;
