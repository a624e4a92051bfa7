#!/usr/bin/env node
// An MCP server over stdio that tells the time. It needs nothing but Node 18 and shows that a registry works.
import { createInterface } from 'node:readline';

const protocolVersions = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05'];

const zone = { type: 'string', description: 'IANA time zone, such as Europe/Berlin; UTC if left out' };
const result = {
  type: 'object',
  properties: {
    iso: { type: 'string', description: 'Local date and time with its offset (RFC 3339)' },
    timezone: { type: 'string' },
    weekday: { type: 'string' },
    unix: { type: 'integer', description: 'Seconds since 1970-01-01T00:00:00Z' },
  },
  required: ['iso', 'timezone', 'weekday', 'unix'],
};
const annotations = { readOnlyHint: true, destructiveHint: false, openWorldHint: false };

const tools = [
  {
    name: 'current_time',
    title: 'Current time',
    description: 'The current date and time in a time zone.',
    inputSchema: { type: 'object', properties: { timezone: zone }, additionalProperties: false },
    outputSchema: result,
    annotations: { ...annotations, idempotentHint: false },
  },
  {
    name: 'convert_time',
    title: 'Convert time',
    description: 'What a date and time in one time zone is in another.',
    inputSchema: {
      type: 'object',
      properties: {
        time: {
          type: 'string',
          description: 'Such as 2026-03-01T09:30, or with an offset: 2026-03-01T09:30:00Z',
        },
        from_timezone: zone,
        to_timezone: zone,
      },
      required: ['time'],
      additionalProperties: false,
    },
    outputSchema: result,
    annotations: { ...annotations, idempotentHint: true },
  },
];

/** A mistake of the caller, told to the model as the tool's result. */
class ToolError extends Error {}

const calls = {
  current_time: ({ timezone = 'UTC' }) => describe(Date.now(), timezone),
  convert_time: ({ time, from_timezone = 'UTC', to_timezone = 'UTC' }) =>
    describe(instantOf(time, from_timezone), to_timezone),
};

/** Date and time as a clock in that zone shows them, read as if they were UTC. */
function wallClock(instant, timezone) {
  let format;
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: timezone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
  } catch {
    throw new ToolError(
      `There is no time zone ${JSON.stringify(timezone)}. Use an IANA name such as Europe/Berlin.`,
    );
  }
  const part = Object.fromEntries(
    format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]),
  );
  return Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute, part.second);
}

function describe(instant, timezone) {
  const seconds = Math.floor(instant / 1000);
  const local = wallClock(seconds * 1000, timezone);
  const offset = Math.round((local - seconds * 1000) / 60_000);
  const two = (number) => String(Math.trunc(number)).padStart(2, '0');
  const sign = offset < 0 ? '-' : '+';
  const date = new Date(local);
  return {
    iso: `${date.toISOString().slice(0, 19)}${sign}${two(Math.abs(offset) / 60)}:${two(Math.abs(offset) % 60)}`,
    timezone,
    weekday: date.toLocaleDateString('en-US', { weekday: 'long', timeZone: 'UTC' }),
    unix: seconds,
  };
}

function instantOf(time, timezone) {
  const pattern = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?$/i;
  const parts = typeof time === 'string' ? pattern.exec(time) : null;
  const text = parts === null ? '' : time.replace(' ', 'T');
  const instant = Date.parse(parts?.[3] === undefined ? `${text}Z` : text);
  if (Number.isNaN(instant))
    throw new ToolError('The time must look like 2026-03-01T09:30 or 2026-03-01T09:30:00Z.');
  if (parts[3] !== undefined) return instant;
  // Twice, because the offset can differ between the first guess and the instant itself.
  const guess = instant - (wallClock(instant, timezone) - instant);
  return instant - (wallClock(guess, timezone) - guess);
}

function callTool({ name, arguments: given = {} } = {}) {
  if (typeof name !== 'string' || !Object.hasOwn(calls, name)) {
    return { error: { code: -32602, message: 'There is no tool of that name.' } };
  }
  const tool = tools.find((candidate) => candidate.name === name);
  try {
    checkArguments(tool.inputSchema, given);
    const structuredContent = calls[name](given);
    return {
      result: { content: [{ type: 'text', text: JSON.stringify(structuredContent) }], structuredContent },
    };
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return { result: { content: [{ type: 'text', text: error.message }], isError: true } };
  }
}

function checkArguments(schema, given) {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new ToolError('The arguments must be an object.');
  for (const [key, value] of Object.entries(given)) {
    if (!Object.hasOwn(schema.properties, key))
      throw new ToolError(`There is no argument ${JSON.stringify(key)}.`);
    if (typeof value !== 'string') throw new ToolError(`The argument ${key} must be text.`);
  }
  for (const key of schema.required ?? []) {
    if (!Object.hasOwn(given, key)) throw new ToolError(`The argument ${key} is missing.`);
  }
}

const methods = {
  initialize: (params) => ({
    result: {
      protocolVersion: protocolVersions.includes(params?.protocolVersion)
        ? params.protocolVersion
        : protocolVersions[0],
      capabilities: { tools: {} },
      serverInfo: { name: 'lmcp-time', title: 'Time', version: '1.0.0' },
    },
  }),
  ping: () => ({ result: {} }),
  'tools/list': () => ({ result: { tools } }),
  'tools/call': callTool,
};

function answer(line) {
  let message;
  try {
    message = JSON.parse(line);
  } catch {
    return { id: null, error: { code: -32700, message: 'This line is not JSON.' } };
  }
  const isRequest = typeof message === 'object' && message !== null && typeof message.method === 'string';
  if (!isRequest)
    return { id: message?.id ?? null, error: { code: -32600, message: 'This is not a request.' } };
  // Notifications (no id) are not answered.
  if (message.id === undefined) return undefined;
  if (!Object.hasOwn(methods, message.method)) {
    return { id: message.id, error: { code: -32601, message: 'This method is not supported.' } };
  }
  return { id: message.id, ...methods[message.method](message.params ?? undefined) };
}

// The reader went away: there is nobody left to work for.
process.stdout.on('error', () => process.exit(0));
for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  if (line.trim() === '') continue;
  const message = answer(line);
  if (message !== undefined) process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
}
