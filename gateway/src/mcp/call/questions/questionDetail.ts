import type { ClientRequestKind } from '../../../registry/types.ts';
import { isLarge } from '../../../upstream/limits.ts';
import { jsonBytes } from '../../../upstream/rpc/writeLarge.ts';
import { isObject, type Params } from '../../jsonrpc/message.ts';

/** Words in forms that request what MCP forbids to request (MCP 2025-11-25, client/elicitation, "Security"). */
const secretTerms =
  /pass[\s_-]*(?:word|phrase|code)|(?<![a-z])(?:pwd|pin|otp|cvv|cvc|mfa|totp)(?![a-z])|secret|token|credential|api[\s_-]*key|private[\s_-]*key|access[\s_-]*key|seed phrase/i;

/** The audit detail of a server's request to a client: kind, mode and size; of a URL only the host; never its content. */
export async function questionDetail(
  clientId: string,
  kind: ClientRequestKind,
  params: Params,
): Promise<Record<string, unknown>> {
  const bytes = await jsonBytes(clientId, params);
  if (kind !== 'elicitation') return { kind, bytes };
  if (params['mode'] === 'url') return { kind, mode: 'url', bytes, host: hostOf(params['url']) };
  // Nobody reads a form of that length, so it is marked instead of searched.
  const marked = isLarge(bytes) || asksForSecret(params);
  return { kind, mode: 'form', bytes, ...(marked && { asks_for_secret: true }) };
}

function hostOf(url: unknown): string | null {
  return typeof url === 'string' ? (URL.parse(url)?.hostname ?? null) : null;
}

function asksForSecret(params: Params): boolean {
  const schema = params['requestedSchema'];
  const fields = isObject(schema) && isObject(schema['properties']) ? schema['properties'] : {};
  const labels = Object.entries(fields).flatMap(([name, field]) => [
    name.replace(/([a-z])([A-Z])/g, '$1 $2'),
    ...(isObject(field) ? [field['title'], field['description']] : []),
  ]);
  return [params['message'], ...labels].some(
    (text) => typeof text === 'string' && secretTerms.test(asRead(text)),
  );
}

/** Removes invisible characters and replaces compatibility characters with plain ones. */
function asRead(text: string): string {
  return text.normalize('NFKC').replaceAll(/[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, '');
}
