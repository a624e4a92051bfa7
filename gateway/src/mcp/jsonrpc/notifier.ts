/** Messages to the client while its request is in flight. */
export interface ResponseNotifier {
  /** From now on the response may become a stream, to keep the connection alive. */
  mayTakeLong(): void;
  /**
   * Sends a message of the request before its answer; returns false if the client accepts no stream. Offered messages are
   * dropped while the client is slow.
   */
  notify(text: string, offered?: 'offered'): boolean;
}

/** For a batch message, whose answer has no stream of its own. */
export const silent: ResponseNotifier = { mayTakeLong: () => {}, notify: () => false };
