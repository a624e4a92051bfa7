import type { UpstreamError } from '../../errors.ts';
import type { Server } from '../../registry/types.ts';
import { withoutSecrets } from './withoutSecrets.ts';

const maxLength = 1_000;

/**
 * A failure as the administrator reads it (stderr, last_error, management), its detail included, which may be in the server's own
 * words: none of the server's secrets are in it.
 */
export function failureText(server: Server, { message, operatorDetail }: UpstreamError): string {
  const text = operatorDetail === undefined ? message : `${message} (${operatorDetail})`;
  const clean = withoutSecrets(server, text);
  return clean.length > maxLength ? `${clean.slice(0, maxLength).toWellFormed()}…` : clean;
}
