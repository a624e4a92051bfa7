import { UpstreamError } from '../../errors.ts';

/** An error that names the server as its subject. */
export function serverError(serverId: string, kind: UpstreamError['kind'], message: string): UpstreamError {
  return new UpstreamError(kind, `Server "${serverId}" ${message}`);
}

export function cancelledError(): UpstreamError {
  return new UpstreamError('cancelled', 'The caller cancelled the request.');
}

/** A message that could not be sent. */
export function asSendError(serverId: string, error: unknown): UpstreamError {
  if (error instanceof UpstreamError) return error;
  return new UpstreamError(
    'protocol',
    `The message to server "${serverId}" could not be sent.`,
    String(error),
  );
}
