import type { CheckpointCheck } from '../checkpoint/checkpointCheck.ts';
import { follows, GENESIS, hashLine, parseLine, type Tip } from '../format/chain.ts';
import { tornOf } from '../format/explained.ts';
import { fileDigest } from '../format/fileDigest.ts';
import { isSealIntact } from '../format/line.ts';
import { isCounted, repeatCount } from '../repeats/repeatCount.ts';
import type { RawLine } from '../read/readLines.ts';
import type { AuditLine } from '../types.ts';

/** A finding at a position in the log. */
export interface Problem {
  /** Path of the segment. */
  readonly file: string;
  /** Counted from 1 in that file. */
  readonly line: number;
  /** The line's number in the log, or the expected one if it has none. */
  readonly seq: number;
  /** The message. */
  readonly what: string;
}

type Place = Omit<Problem, 'what'>;

const REPORTED = 100;
const CHANGED = 'it was changed after it was written';
const NO_LINE = 'it is not an audit line: changed, or written by somebody else';

/** Checks the chain line by line; continues after a problem, to report later ones too. */
export class ChainCheck {
  readonly problems: Problem[] = [];
  readonly notes: Problem[] = [];
  lines = 0;
  /** Occurrences in counted lines. */
  repeats = 0;
  readonly #checkpoints: CheckpointCheck;
  #tip: Tip = GENESIS;
  #place: Place = { file: '', line: 0, seq: 0 };
  #lastLine: Place = this.#place;
  /** Whether this is the last file. */
  #isLast = false;
  /** The start of bytes that are no audit lines. */
  #garbage: (Place & { readonly offset: number }) | undefined;
  /** Two lines, one of which was changed; the next line determines which. */
  #suspects: { readonly first: Place; readonly second: Place } | undefined;

  constructor(checkpoints: CheckpointCheck) {
    this.#checkpoints = checkpoints;
  }

  /** The last line reached; 0 before the first. */
  get lastSeq(): number {
    return this.#tip.seq;
  }

  startFile(path: string, isLast: boolean): void {
    this.#place = { file: path, line: 0, seq: this.#tip.seq };
    this.#isLast = isLast;
  }

  async feed(raw: RawLine): Promise<void> {
    const line = parseLine(raw.bytes);
    this.#place = { ...this.#place, line: this.#place.line + 1, seq: line?.seq ?? this.#tip.seq + 1 };
    this.#resolveSuspects(line);
    if (line !== undefined) await this.#check(line, raw);
    else if (raw.terminated) this.#garbage ??= { ...this.#place, offset: raw.offset };
    if (!raw.terminated) this.#checkEnd(raw, line);
  }

  endFile(): void {
    if (this.#garbage !== undefined) this.#report(this.#garbage, NO_LINE);
    this.#garbage = undefined;
  }

  endLog(): void {
    this.#resolveSuspects(undefined);
    for (const what of this.#checkpoints.end(this.#tip.seq)) this.problem(what);
  }

  /** About the place reached. */
  problem(what: string): void {
    this.#report(this.#place, what);
  }

  /** About the place reached. */
  note(what: string): void {
    if (this.notes.length < REPORTED) this.notes.push({ ...this.#place, what });
  }

  async #check(line: AuditLine, raw: RawLine): Promise<void> {
    if (this.#garbage === undefined) this.#checkOrder(line);
    else await this.#checkGarbage(this.#garbage, line, raw.offset);
    this.#garbage = undefined;
    if (isSealed(line) && !isSealIntact(raw.bytes.toString('utf8'))) this.problem(CHANGED);
    const hash = hashLine(raw.bytes);
    for (const what of this.#checkpoints.feed(line, this.#tip, hash)) this.problem(what);
    this.#tip = { seq: line.seq, hash };
    this.#lastLine = this.#place;
    this.lines++;
    if (isCounted(line)) this.repeats += repeatCount(line);
  }

  #checkOrder(line: AuditLine): void {
    const expected = this.#tip.seq + 1;
    if (tornOf(line) !== undefined) this.problem('the torn bytes before it, which it explains, are gone');
    else if (line.seq > expected) this.problem(`missing before it: ${numbers(expected, line.seq - 1)}`);
    else if (line.seq < expected) {
      this.problem(`it is out of order or a repetition: line ${expected} belongs here`);
    } else if (line.prev !== this.#tip.hash) this.#suspect(expected);
  }

  /** A valid number with an invalid link: the line before was changed, or this line's link. */
  #suspect(seq: number): void {
    if (seq === 1) this.problem(CHANGED);
    else this.#suspects = { first: this.#lastLine, second: this.#place };
  }

  /** If the next line confirms the second of the two, or there is no evidence, the first was changed. */
  #resolveSuspects(next: AuditLine | undefined): void {
    const suspects = this.#suspects;
    if (suspects === undefined) return;
    this.#suspects = undefined;
    const changed = next === undefined || next.prev === this.#tip.hash ? suspects.first : suspects.second;
    this.#report(changed, CHANGED);
    // The change of the second also breaks the next line's link: report it once.
    if (next !== undefined && changed === suspects.second) this.#tip = { ...this.#tip, hash: next.prev };
  }

  /** Bytes that are no lines are explained only by the next line, which names their digest. */
  async #checkGarbage(
    garbage: Place & { readonly offset: number },
    line: AuditLine,
    end: number,
  ): Promise<void> {
    const torn = tornOf(line);
    const bytes = end - 1 - garbage.offset;
    const explained =
      torn?.bytes === bytes &&
      follows(line, this.#tip) &&
      torn.sha256 === (await fileDigest(garbage.file, garbage.offset, end - 1));
    if (explained) this.note(`it explains the ${bytes} bytes before it, left by an interrupted write`);
    else this.#report(garbage, NO_LINE);
  }

  /** Only the very last line of a log may lack its newline: an interrupted or running write. */
  #checkEnd(raw: RawLine, line: AuditLine | undefined): void {
    if (this.#isLast && this.#garbage === undefined && (line !== undefined || this.#isTorn(raw))) {
      this.note('its end is missing: a write under way, or an interrupted one that the next start explains');
    } else {
      this.#report(this.#garbage ?? this.#place, line === undefined ? NO_LINE : CHANGED);
    }
    this.#garbage = undefined;
  }

  /** Whether it can be the beginning of the next line. */
  #isTorn(raw: RawLine): boolean {
    const text = raw.bytes.toString('latin1');
    const head = `{"seq":${this.#tip.seq + 1},"prev":"${this.#tip.hash}"`;
    const begins = text.length < head.length ? head.startsWith(text) : text.startsWith(head);
    return (
      text.length > 0 &&
      begins &&
      !/[\0-\x1f]/.test(text) &&
      parseLine(raw.bytes.subarray(0, -1)) === undefined
    );
  }

  #report(place: Place, what: string): void {
    const { file, line, seq } = place;
    if (this.problems.length < REPORTED) this.problems.push({ file, line, seq, what });
  }
}

/** Other lines must not carry the seal of another line either: the end of that line could have been joined to them. */
function isSealed(line: AuditLine): boolean {
  return line.event === 'audit_close' || line.detail?.['self'] !== undefined;
}

function numbers(first: number, last: number): string {
  return first === last ? `line ${first}` : `lines ${first} to ${last}`;
}
