import { rawFactsOf, rawOutcome } from '../query/rawFacts.ts';
import { isLogLine, isOutcome, lineInstant } from '../read/filter.ts';

/** How many lines of one unit of time are alike. */
export interface Group {
  /** Where the unit begins; milliseconds since the Unix epoch. */
  readonly at: number;
  readonly client: string | null;
  readonly server: string | null;
  /** As the query language has it; null for lines without one. */
  readonly outcome: string | null;
  /** Whether they say how something ended (`isOutcomeLine`). */
  readonly ends: boolean;
  readonly count: number;
}

/** What is in a run of lines of a segment, so that most searches and counts need not read it. */
export interface Summary {
  /** Bytes before it in the segment. */
  readonly start: number;
  /** Bytes before what follows it. */
  readonly end: number;
  /** The smallest and the greatest `ts`; null where the lines have none that can be compared. */
  readonly times: readonly [first: string, last: string] | null;
  /** Milliseconds that a group spans. */
  readonly unit: number;
  /** Null where they would be too many: the lines have to be read. */
  readonly groups: readonly Group[] | null;
}

/** The widths of a chart's bars are multiples of these, from ten seconds on. */
const finest = 10_000;
const units = [finest, 60_000, 3_600_000, 86_400_000];
/** Bounds the size of an index: some hundredths of the log at worst. */
const maxGroups = 128;
const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
/** How a line of the writer begins; sticky, so that its end is known without a match object. */
const writersHead =
  /\{"seq":\d+,"prev":"[0-9a-f]{64}","ts":"\d{4}-\d{2}-\d{2}T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z","event":"/y;
/** What follows there, up to the call: all keys in their order. */
const writersFacts =
  /^\w+","client_id":(?:null|"(?:[^"\\]|\\.)*"),"server_id":(?:null|"(?:[^"\\]|\\.)*"),"tool_name":(?:null|"(?:[^"\\]|\\.)*"),"allowed":\w+,"reason":(?:null|"(?:[^"\\]|\\.)*"),"call":/;
const tsLength = 24;
const afterTs = '","event":"';
/** Up to the tens of seconds: lines that are alike up to here are of one `finest` unit. */
const slotLength = 18;
const callKey = ',"call":';
const detailKey = ',"detail":';

type Facts = Omit<Group, 'at' | 'count'>;
type Counted = Omit<Group, 'count'> & { count: number };

/**
 * Summarizes a run of lines. Most lines of a run differ only in their numbers: each distinct text with the facts is read once, so that the
 * summaries of a busy log take little of the time of its calls.
 */
export class Summarizer {
  readonly #start: number;
  #end: number;
  /** Null before the first line. */
  #times: [first: string, last: string] | null = null;
  /** A line has no time that can be compared. */
  #isTimeless = false;
  /** By unit of time (milliseconds since the Unix epoch), in the order of their first lines. */
  readonly #slots = new Map<number, Map<Facts, Counted>>();
  /** By all that distinguishes them, so that equal ones are the same object. */
  readonly #distinct = new Map<string, Facts>();
  /** By the text of the line from its event to its call. */
  readonly #byText = new Map<string, { readonly facts: Facts; readonly isResult: boolean }>();
  #slotText = '';
  #slot = 0;

  /** @param start bytes before the run in the segment */
  constructor(start: number) {
    this.#start = start;
    this.#end = start;
  }

  /** Bytes so far. */
  get length(): number {
    return this.#end - this.#start;
  }

  /** @param text whole lines, one character a byte (latin1), that follow those before */
  add(text: string): void {
    this.#end += text.length;
    if (!this.#isTimeless) this.#isTimeless = !text.split('\n').every((line) => this.#addLine(line));
  }

  summary(): Summary {
    const place = { start: this.#start, end: this.#end };
    const unknown = { ...place, times: null, unit: finest, groups: null };
    if (this.#isTimeless) return unknown;
    const counted = [...this.#slots.values()].flatMap((groups) => [...groups.values()]);
    for (const unit of units) {
      const groups = groupBy(counted, unit);
      if (groups !== null) return { ...place, times: this.#times, unit, groups };
    }
    return { ...unknown, times: this.#times };
  }

  /** @returns false where the line is one of the log but has no time that can be compared */
  #addLine(line: string): boolean {
    writersHead.lastIndex = 0;
    if (!writersHead.test(line)) return this.#addAny(line);
    const eventAt = writersHead.lastIndex;
    const callAt = line.indexOf(callKey, eventAt);
    if (callAt < 0 || !line.endsWith('}') || !line.includes(detailKey, callAt)) return this.#addAny(line);
    const tsAt = eventAt - afterTs.length - tsLength;
    const slotText = line.slice(tsAt, tsAt + slotLength);
    if (slotText !== this.#slotText) {
      const slot = Date.parse(`${slotText}0.000Z`);
      if (Number.isNaN(slot)) return false;
      this.#slotText = slotText;
      this.#slot = slot;
    }
    this.#count(line.slice(tsAt, tsAt + tsLength), this.#slot, this.#factsOf(line, eventAt, callAt));
    return true;
  }

  /** A line as any other process may have written it. */
  #addAny(line: string): boolean {
    if (!isLogLine(line)) return true;
    const ts = lineInstant(line);
    const at = Date.parse(ts);
    if (!instant.test(ts) || Number.isNaN(at)) return false;
    this.#count(ts, Math.floor(at / finest) * finest, this.#same(factsIn(line)));
    return true;
  }

  #factsOf(line: string, eventAt: number, callAt: number): Facts {
    // With the first four characters of the call: null or not.
    const text = line.slice(eventAt, callAt + callKey.length + 4);
    let known = this.#byText.get(text);
    if (known === undefined) {
      if (!writersFacts.test(text)) return this.#same(factsIn(line));
      const isResult = line.startsWith('tool_result"', eventAt);
      known = { facts: this.#same(factsIn(line)), isResult };
      this.#byText.set(text, known);
    }
    // The outcome of a call is in the detail.
    return known.isResult ? this.#withOutcome(known.facts, rawOutcome(line)) : known.facts;
  }

  #withOutcome(facts: Facts, outcome: string | null): Facts {
    return facts.outcome === outcome ? facts : this.#same({ ...facts, outcome });
  }

  #same(facts: Facts): Facts {
    const key = JSON.stringify([facts.client, facts.server, facts.outcome, facts.ends]);
    const known = this.#distinct.get(key);
    if (known !== undefined) return known;
    this.#distinct.set(key, facts);
    return facts;
  }

  #count(ts: string, at: number, facts: Facts): void {
    if (this.#times === null) this.#times = [ts, ts];
    else if (ts < this.#times[0]) this.#times[0] = ts;
    else if (ts > this.#times[1]) this.#times[1] = ts;
    let slot = this.#slots.get(at);
    if (slot === undefined) this.#slots.set(at, (slot = new Map<Facts, Counted>()));
    const group = slot.get(facts);
    if (group === undefined) slot.set(facts, { at, ...facts, count: 1 });
    else group.count += 1;
  }
}

function factsIn(line: string): Facts {
  const facts = rawFactsOf(line);
  return {
    client: facts('client'),
    server: facts('server'),
    outcome: facts('outcome'),
    ends: isOutcome(line),
  };
}

/** Groups of the finest unit as groups of `unit`; null where there are too many. */
function groupBy(counted: readonly Group[], unit: number): Group[] | null {
  if (unit === finest) return counted.length > maxGroups ? null : [...counted];
  const groups = new Map<string, Group>();
  for (const group of counted) {
    const at = Math.floor(group.at / unit) * unit;
    const { client, server, outcome, ends } = group;
    const key = JSON.stringify([at, client, server, outcome, ends]);
    groups.set(key, { ...group, at, count: group.count + (groups.get(key)?.count ?? 0) });
    if (groups.size > maxGroups) return null;
  }
  return [...groups.values()];
}
