/** Denied by the guard's rules; the message is for the gateway's operator. */
export class Denial extends Error {
  override readonly name = 'Denial';
  /** Of the HTTP answer. */
  readonly status: number;
  constructor(message: string, status = 403) {
    super(message);
    this.status = status;
  }
}

/** A container that does not exist, or is not the installation's own: both look the same. */
export class NotFound extends Error {
  override readonly name = 'NotFound';
  constructor(id: string) {
    super(`No such container: ${id}`);
  }
}
