import { UpstreamError } from '../errors.ts';
import type { UpstreamAnswer } from './types.ts';

/** An HTTP server has ended the session that a request was sent in; another one can be opened. */
export class SessionExpiredError extends UpstreamError {
  /** The server rejected the request without executing it: it may be sent again in a new session. */
  readonly unexecuted: boolean;
  /** The rejection as an answer, where the server wrote it as one. */
  readonly answer: UpstreamAnswer | undefined;

  constructor(error: UpstreamError, unexecuted: boolean, answer?: UpstreamAnswer) {
    super(error.kind, error.message, error.operatorDetail);
    this.unexecuted = unexecuted;
    this.answer = answer;
  }
}

/** What a request is told whose session the server has ended. */
export function sessionOver(serverId: string, detail?: string): UpstreamError {
  const message = `Server "${serverId}" has ended its session. Send the request again.`;
  return new UpstreamError('exited', message, detail);
}
