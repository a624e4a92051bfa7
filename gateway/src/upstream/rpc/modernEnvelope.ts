import { isRecord } from '../../json/isRecord.ts';
import { version } from '../../version.ts';
import { noCapabilities, type ClientCapabilities } from '../clientCapabilities.ts';

type Params = Readonly<Record<string, unknown>>;

/** The revision LMCP speaks to stateless servers. */
export const modernRevision = '2026-07-28';

/** Keys of `_meta` that every message of the modern era carries (MCP 2026-07-28, basic, "_meta"). */
export const metaKeys = {
  protocolVersion: 'io.modelcontextprotocol/protocolVersion',
  clientInfo: 'io.modelcontextprotocol/clientInfo',
  clientCapabilities: 'io.modelcontextprotocol/clientCapabilities',
  logLevel: 'io.modelcontextprotocol/logLevel',
  serverInfo: 'io.modelcontextprotocol/serverInfo',
  subscriptionId: 'io.modelcontextprotocol/subscriptionId',
} as const;

/** The params with the envelope of the modern era: LMCP's own name, and what the client behind it can be asked. */
export function inEnvelope(
  params: Params | undefined,
  capabilities: ClientCapabilities = noCapabilities,
  logLevel?: string,
): Params {
  const given = params?.['_meta'];
  const { [metaKeys.logLevel]: _theirs, ...rest } = isRecord(given) ? given : {};
  return {
    ...params,
    _meta: {
      ...rest,
      [metaKeys.protocolVersion]: modernRevision,
      [metaKeys.clientInfo]: { name: 'lmcp', version },
      [metaKeys.clientCapabilities]: capabilities,
      ...(logLevel === undefined ? {} : { [metaKeys.logLevel]: logLevel }),
    },
  };
}

/** Methods whose subject is mirrored into `Mcp-Name`, and where it is. */
const named: Readonly<Record<string, string>> = {
  'tools/call': 'name',
  'prompts/get': 'name',
  'resources/read': 'uri',
  // SEP-2663, "Streamable HTTP: Routing Headers".
  'tasks/get': 'taskId',
  'tasks/update': 'taskId',
  'tasks/cancel': 'taskId',
};

/** What the modern Streamable HTTP mirrors into headers (MCP 2026-07-28, basic/transports, "Request Metadata"). */
export function standardHeaders(method: string, params: Params): Record<string, string> {
  const key = named[method];
  const name = key === undefined ? undefined : params[key];
  return {
    'mcp-protocol-version': modernRevision,
    'mcp-method': method,
    ...(typeof name === 'string' ? { 'mcp-name': headerValue(name) } : {}),
  };
}

/** Unchanged where a header may hold it, else in the specification's Base64 form. */
export function headerValue(value: string): string {
  const plain = /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(value) && !looksEncoded(value);
  return plain ? value : `=?base64?${Buffer.from(value.toWellFormed()).toString('base64')}?=`;
}

/** The value that a header stands for. */
export function readHeaderValue(value: string): string | undefined {
  if (!looksEncoded(value)) return value;
  const inner = value.slice('=?base64?'.length, -'?='.length);
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(inner)) return undefined;
  return Buffer.from(inner, 'base64').toString('utf8');
}

function looksEncoded(value: string): boolean {
  return value.startsWith('=?base64?') && value.endsWith('?=');
}

/** Which property of `params` names what a method is about; undefined where nothing is named. */
export function subjectKey(method: string): string | undefined {
  return named[method];
}
