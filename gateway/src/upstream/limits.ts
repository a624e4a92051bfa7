/** Bounds that keep a hostile or broken server from taking the gateway's memory. Bytes unless the name says otherwise. */
export const limits = {
  /** One message where the registry says nothing else. Longer ones are discarded while they stream by; the channel stays open. */
  message: 32 * 1024 * 1024,
  /** The largest message (in UTF-16 units) that is read at one go; larger ones are read in slices. */
  readWithoutPause: 256 * 1024,
  /** How a server introduces itself (`initialize`): it is kept as long as an instance runs, and remembered. */
  introduction: 1024 * 1024,
  /** What a server may send without one valid message in it, before it is ended. */
  withoutMessage: 64 * 1024 * 1024,
  /** What a line that holds no message counts at least: a million empty words end a server, not 64 million. */
  garbageLine: 64,
  /** What may wait to be written to a server that does not read (UTF-16 units). */
  unsent: 64 * 1024 * 1024,
  /** The end of stderr that is kept. */
  stderrTail: 64 * 1024,
  /** Lines that are kept of what all instances of a server wrote, and their length together (UTF-16 units). */
  outputLines: 5_000,
  output: 256 * 1024,
  /** Held of one line of output (UTF-16 units). */
  outputLine: 16 * 1024,
  /** Requests of one instance that are unanswered at the same time, of all clients. */
  inFlightRequests: 10_000,
  /** Milliseconds that a client may take to answer a question of a server: a person may have to be asked. */
  questionMs: 10 * 60_000,
  /** Milliseconds without a request after which an instance is stopped that was started for its lists alone. */
  listedOnlyMs: 30_000,
  /** Instances of one server at the same time, of all clients. */
  instancesPerServer: 64,
} as const;

/** Whether a message of that many UTF-16 units or bytes is read and written in slices. */
export function isLarge(length: number): boolean {
  return length > limits.readWithoutPause;
}
