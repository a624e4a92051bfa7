import { randomUUID } from 'node:crypto';
import { RpcCode, type UpstreamError } from '../../../errors.ts';
import { canBeAsked } from '../../../upstream/clientCapabilities.ts';
import { SignInNeededError } from '../../../upstream/http/authorization.ts';
import type { RpcError } from '../../jsonrpc/message.ts';
import type { Caller } from '../caller.ts';

/**
 * Sends the user of a client to the sign-in page of a server, if the client can open pages (MCP 2025-11-25,
 * client/elicitation, "URL Elicitation Required Error"). Undefined for every other failure and client; revisions from 2026-07-28 on
 * do not have this error.
 */
export function signInElicitation(
  { era }: Pick<Caller, 'era'>,
  failure: UpstreamError,
): RpcError | undefined {
  const page = failure instanceof SignInNeededError ? failure.page : undefined;
  const mode = 'url';
  if (page === undefined || era.name !== 'legacy') return undefined;
  if (!canBeAsked(era.capabilities, 'elicitation/create', { mode })) return undefined;
  const { kind, message } = failure;
  const elicitations = [{ mode, elicitationId: randomUUID(), url: page, message }];
  return { code: RpcCode.urlElicitationRequired, message, data: { kind, elicitations } };
}
