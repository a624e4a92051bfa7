import type { Tip } from '../format/chain.ts';
import { CHECKPOINT_LINES, readCheckpoint, type Checkpoint } from './checkpoint.ts';
import { openNote, type NoteVerifier } from './signedNote.ts';
import type { AuditLine } from '../types.ts';

/** What is known from outside the log. */
export interface KnownOutside {
  /** Keys whose signatures count; with none, signatures are not checked. */
  readonly verifiers?: readonly NoteVerifier[];
  /** Checkpoints that were kept elsewhere: the log must still hold what they say. */
  readonly kept?: readonly Checkpoint[];
}

/** Lines without a checkpoint that an intact log may have: those that explain a failed disk come on top of the regular ones. */
const UNSIGNED_LIMIT = CHECKPOINT_LINES + 100;
const REWRITTEN = 'the writer of these lines did not have the checkpoint key';

/** Compares a log, line by line, with its own checkpoints and with those kept elsewhere. */
export class CheckpointCheck {
  readonly #verifiers: readonly NoteVerifier[];
  readonly #kept: ReadonlyMap<number, readonly Checkpoint[]>;
  #signedUpTo = 0;
  #checkpoints = 0;
  #previous: AuditLine | undefined;
  #complained = false;

  constructor({ verifiers = [], kept = [] }: KnownOutside) {
    this.#verifiers = verifiers;
    this.#kept = Map.groupBy(kept, ({ seq }) => seq);
  }

  get checkpoints(): number {
    return this.#checkpoints;
  }

  /** The last line that a checkpoint of a known key vouches for; 0 where no key is known. */
  get signedUpTo(): number {
    return this.#signedUpTo;
  }

  /** The next line, the end of the chain before it, and its own hash. Gives what is wrong, in words. */
  feed(line: AuditLine, before: Tip, hash: string): string[] {
    const problems = [this.#checkKept(line.seq, hash), this.#checkLine(line, before)];
    this.#previous = line;
    return problems.filter((what) => what !== undefined);
  }

  /** At the end of the log, which is line `last`. */
  end(last: number): string[] {
    const beyond = Math.max(0, ...this.#kept.keys());
    return beyond > last
      ? [
          `the log ends here, but a checkpoint that was kept elsewhere covers ${beyond} lines: its end is missing`,
        ]
      : [];
  }

  #checkKept(seq: number, hash: string): string | undefined {
    const differs = this.#kept.get(seq)?.some((kept) => kept.hash !== hash) === true;
    return differs ? 'it is not the line that a checkpoint kept elsewhere was made of' : undefined;
  }

  #checkLine(line: AuditLine, before: Tip): string | undefined {
    if (line.event === 'audit_checkpoint') return this.#checkCheckpoint(line, before);
    if (this.#verifiers.length === 0 || this.#complained) return undefined;
    const isUnsigned = line.event === 'audit_close' && this.#previous?.event !== 'audit_checkpoint';
    if (!isUnsigned && line.seq - this.#signedUpTo <= UNSIGNED_LIMIT) return undefined;
    this.#complained = true;
    return `no valid checkpoint since line ${this.#signedUpTo}: ${REWRITTEN}`;
  }

  #checkCheckpoint(line: AuditLine, before: Tip): string | undefined {
    const note = line.detail?.['note'];
    const says = typeof note === 'string' ? readCheckpoint(note) : undefined;
    if (typeof note !== 'string' || says === undefined) return 'it is not a checkpoint';
    if (says.seq !== before.seq || says.hash !== before.hash) {
      return 'its checkpoint is about other lines than those before it';
    }
    this.#checkpoints++;
    if (this.#verifiers.length === 0) return undefined;
    if (openNote(note, this.#verifiers) === undefined) {
      return `its checkpoint is not signed by a known key (it names ${says.origin})`;
    }
    this.#signedUpTo = line.seq;
    return undefined;
  }
}
