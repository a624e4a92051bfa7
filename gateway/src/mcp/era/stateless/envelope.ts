import { RpcCode } from '../../../errors.ts';
import { readStatelessCapabilities, type ClientCapabilities } from '../../../upstream/clientCapabilities.ts';
import {
  metaKeys,
  modernRevision,
  readHeaderValue,
  subjectKey,
} from '../../../upstream/rpc/modernEnvelope.ts';
import { applicationName } from '../../session/applicationName.ts';
import { isLogLevel } from '../../session/logLevel.ts';
import { isObject, own, type Params, type RpcError } from '../../jsonrpc/message.ts';
import { quote } from '../../jsonrpc/rpcFailure.ts';

/** The headers of a request that mirror its body; undefined if missing. */
export interface MirrorHeaders {
  readonly revision: string | undefined;
  readonly method: string | undefined;
  readonly name: string | undefined;
}

export interface Envelope {
  readonly capabilities: ClientCapabilities;
  readonly logLevel: string | undefined;
  readonly application: string | undefined;
}

/** Revisions from this one on have no handshake. */
const firstModern = modernRevision;
const dated = /^\d{4}-\d{2}-\d{2}$/;

/**
 * True for a message of the stateless era: its body or header names a revision of that era, or its method is `server/discover`.
 * An unknown revision belongs to it as well, since only this era has an error for it.
 */
export function isModern(method: string, params: Params, headers: MirrorHeaders): boolean {
  const meta = own(params, '_meta');
  if (isObject(meta) && own(meta, metaKeys.protocolVersion) !== undefined) return true;
  const { revision } = headers;
  if (revision !== undefined && dated.test(revision) && revision >= firstModern) return true;
  return method === 'server/discover';
}

/**
 * Validates a stateless request before its method is handled (MCP 2026-07-28, basic/transports/streamable-http, "Server
 * Validation"): headers match the body, the revision is supported, the envelope is complete.
 */
export function readEnvelope(
  method: string,
  params: Params,
  headers: MirrorHeaders,
): { readonly envelope: Envelope } | { readonly error: RpcError } {
  const meta = own(params, '_meta');
  const claimed = isObject(meta) ? own(meta, metaKeys.protocolVersion) : undefined;
  if (!isObject(meta) || typeof claimed !== 'string') return missing(metaKeys.protocolVersion);
  if (headers.revision !== claimed) return mismatch('MCP-Protocol-Version', headers.revision, claimed);
  if (claimed !== modernRevision) return { error: unsupportedRevision(claimed) };
  if (headers.method !== method) return mismatch('Mcp-Method', headers.method, method);
  const key = subjectKey(method);
  const subject = key === undefined ? undefined : own(params, key);
  if (typeof subject === 'string') {
    const named = headers.name === undefined ? undefined : readHeaderValue(headers.name);
    if (named !== subject) return mismatch('Mcp-Name', headers.name, subject);
  }
  const capabilities = own(meta, metaKeys.clientCapabilities);
  if (!isObject(capabilities)) return missing(metaKeys.clientCapabilities);
  const level = own(meta, metaKeys.logLevel);
  if (level !== undefined && !isLogLevel(level)) {
    return {
      error: { code: RpcCode.invalidParams, message: `${metaKeys.logLevel} is not a log level` },
    };
  }
  const application = applicationName(own(meta, metaKeys.clientInfo));
  return {
    envelope: { capabilities: readStatelessCapabilities(capabilities), logLevel: level, application },
  };
}

/** The list that `server/discover` returns. */
export const modernRevisions: readonly string[] = [modernRevision];

function unsupportedRevision(requested: string): RpcError {
  return {
    code: RpcCode.unsupportedProtocolVersion,
    message: `MCP ${quote(requested)} is not supported; use ${modernRevision}, or initialize with 2025-11-25 or older`,
    data: { supported: modernRevisions, requested },
  };
}

function missing(key: string): { readonly error: RpcError } {
  return { error: { code: RpcCode.invalidParams, message: `params._meta must hold ${key}` } };
}

function mismatch(header: string, found: string | undefined, body: string): { readonly error: RpcError } {
  const what = found === undefined ? 'is missing' : `says ${quote(found)}`;
  return {
    error: {
      code: RpcCode.headerMismatch,
      message: `the header ${header} ${what}, the body says ${quote(body)}`,
    },
  };
}
