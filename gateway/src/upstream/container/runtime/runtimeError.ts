/** Why a runtime did not do what it was asked. */
export class RuntimeError extends Error {
  override readonly name = 'RuntimeError';
  /** `rejected`, and `full` where other containers leave no room: by the engine guard, with its words as the message. */
  readonly kind: 'unreachable' | 'not_found' | 'rejected' | 'full' | 'failed';
  constructor(kind: RuntimeError['kind'], message: string) {
    super(message);
    this.kind = kind;
  }
}
