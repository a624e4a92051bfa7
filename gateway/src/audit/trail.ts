import { randomBytes } from 'node:crypto';
import type { Audit, AuditEntry } from './types.ts';

/** The decision of a check for the audit log; the trail adds whose request it is. */
export type Note = Omit<AuditEntry, 'client_id' | 'call' | 'request_id'>;

/**
 * The lines of one request, tied together by `call`. Notes gather until `commit`, so that all decisions about a request
 * become durable together, with one wait.
 */
export class Trail {
  readonly call: string;
  clientId: string | null = null;
  readonly #audit: Audit;
  readonly #requestId: string | null;
  readonly #via: 'management' | undefined;
  #pending: AuditEntry[] = [];

  /** @param via who asked in the client's place; noted in the detail of every line */
  constructor(audit: Audit, requestId: string | null, call: string = newCallId(), via?: 'management') {
    this.#audit = audit;
    this.#requestId = requestId;
    this.call = call;
    this.#via = via;
  }

  /** For what the operator does as a client. */
  static viaManagement(audit: Audit, requestId: string | null): Trail {
    return new Trail(audit, requestId, newCallId(), 'management');
  }

  note(note: Note): void {
    const whose = { client_id: this.clientId, call: this.call, request_id: this.#requestId };
    const via = this.#via;
    this.#pending.push(
      via === undefined ? { ...note, ...whose } : { ...note, ...whose, detail: { ...note.detail, via } },
    );
  }

  /** Whether there is anything to commit: on the way of each call, a wait for nothing is left out. */
  get hasNotes(): boolean {
    return this.#pending.length > 0;
  }

  /**
   * Resolves when every note so far is durable.
   * @throws AuditUnavailableError
   */
  async commit(): Promise<void> {
    if (!this.hasNotes) return;
    const entries = this.#pending;
    this.#pending = [];
    await this.#audit.append(entries);
  }

  /** A trail of its own for one message of a batch: same client and request id. */
  fork(): Trail {
    const trail = new Trail(this.#audit, this.#requestId, newCallId(), this.#via);
    trail.clientId = this.clientId;
    return trail;
  }

  /** HMAC and size of a value that must not be written itself. */
  fingerprint(text: string): { readonly hmac: string; readonly bytes: number } {
    return { hmac: this.#audit.digest(text), bytes: Buffer.byteLength(text) };
  }
}

const prefix = randomBytes(6).toString('hex');
let counter = 0;

/** Unique over all runs: a random prefix of this process and a counter. */
function newCallId(): string {
  counter += 1;
  return `${prefix}-${counter.toString(36)}`;
}

const safeRequestId = /^[A-Za-z0-9._:-]{1,64}$/;

/** The caller's `X-Request-Id` where it is harmless, else null. */
export function readRequestId(value: string | undefined): string | null {
  return value !== undefined && safeRequestId.test(value) ? value : null;
}
