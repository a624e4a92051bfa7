/** What may reach the client while its request is under way. */
export interface ResponseNotifier {
  /** From now on the answer may turn into a stream so that the connection shows life. */
  mayTakeLong(): void;
  /**
   * Something that belongs to the request and comes before its answer; false where the client takes no stream. What is only
   * offered is left out while the client is slow.
   */
  notify(text: string, offered?: 'offered'): boolean;
}

/** For a message of a batch: its answer has no stream of its own. */
export const silent: ResponseNotifier = { mayTakeLong: () => {}, notify: () => false };
