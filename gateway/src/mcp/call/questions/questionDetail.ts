import type { ClientRequestKind } from '../../../registry/types.ts';
import { isObject, type Params } from '../../jsonrpc/message.ts';

/** Words in forms that request what MCP forbids to request (MCP 2025-11-25, client/elicitation, "Security"). */
const secretTerms =
  /pass[\s_-]*(?:word|phrase|code)|(?<![a-z])(?:pwd|pin|otp|cvv|cvc|mfa|totp)(?![a-z])|secret|token|credential|api[\s_-]*key|private[\s_-]*key|access[\s_-]*key|seed phrase/i;

/** The audit detail of a server's request to a client: kind, mode and size; of a URL only the host; never its content. */
export function questionDetail(kind: ClientRequestKind, params: Params): Record<string, unknown> {
  const bytes = Buffer.byteLength(JSON.stringify(params));
  if (kind !== 'elicitation') return { kind, bytes };
  if (params['mode'] === 'url') return { kind, mode: 'url', bytes, host: hostOf(params['url']) };
  return { kind, mode: 'form', bytes, ...(asksForSecret(params) && { asks_for_secret: true }) };
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
