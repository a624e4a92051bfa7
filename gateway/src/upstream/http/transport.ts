import type { Agent } from 'undici';
import type { UpstreamError } from '../../errors.ts';
import type { HttpServer } from '../../registry/types.ts';
import type { Outgoing } from '../types.ts';
import type { Authorization } from './authorization.ts';

/** One of the two ways to carry messages over HTTP. */
export interface HttpTransport {
  /** Resolves when the exchange is over, the answer delivered included where it comes with the response. @throws UpstreamError */
  send(text: string, about: Outgoing): Promise<void>;
  negotiated(protocolVersion: string): void;
  /** Ends the session, where the transport has a way to. */
  close(): Promise<void>;
}

/** What a transport needs of the channel it works for. */
export interface HttpContext {
  readonly server: HttpServer;
  readonly authorization: Authorization;
  /** For requests: what is above their limit waits for a connection. */
  readonly agent: Agent;
  /** For all else: what a request waits for (a question's answer, a notification) never waits for the request. */
  readonly sideAgent: Agent;
  /** Aborted when the channel ends. */
  readonly signal: AbortSignal;
  /** The limit of one message, in bytes, as it is now. */
  readonly largestMessage: () => number;
  /** `within`: the request on whose response it came. */
  message(text: string, bytes: number, within?: number): Promise<void> | undefined;
  /** Whether this request still waits for its answer. */
  waits(request: number): boolean;
  /** The server ended the connection. */
  ended(error: UpstreamError): void;
}
