import { takeTimes } from 'lmcp-gateway/src/audit/query/queryTimes.ts';
import { formatQuery, type QueryTerm } from 'lmcp-gateway/src/audit/query/parseQuery.ts';
import type { AuditQuery } from 'lmcp-gateway/src/api/audit.ts';
import { liveRows, rowOf, type ActivityQuery, type ActivityRow } from '#lib/domain/activity/activityRows.ts';
import { AuditPages } from './auditPages.svelte.ts';
import { Histogram } from './histogram.svelte.ts';
import { live } from '../live.svelte.ts';
import { session } from '../session.svelte.ts';

/** The rows of Activity: what the log has, page by page, and before it what came since with the live events. */
export class ActivityFeed {
  readonly pages = new AuditPages();
  readonly histogram = new Histogram();
  /** What was searched for; the export asks for the same. */
  search = $state.raw<AuditQuery>({});
  #query = $state.raw<ActivityQuery>({ terms: [], calls: true });
  /** Number of the newest live line that the list shows while it is held still; null while it follows. */
  #heldAt = $state<number | null>(null);

  readonly #searched: readonly ActivityRow[] = $derived(this.pages.lines.map((line) => rowOf(line)));
  readonly #after = $derived(this.pages.lines[0]?.seq ?? 0);
  /** Until the log was searched its lines are not added to; without the token there is only what is live. */
  readonly #ready = $derived(!session.signedIn || this.pages.count !== null);
  readonly #live = $derived(liveRows(this.#ready ? live.log.lines : [], this.#query, this.#after));
  readonly #shownLive = $derived.by(() => {
    const heldAt = this.#heldAt;
    if (heldAt === null) return this.#live;
    const until = live.log.lines.filter(({ seq }) => seq <= heldAt);
    return liveRows(until, this.#query, this.#after);
  });
  readonly rows: readonly ActivityRow[] = $derived([
    ...this.#shownLive.running,
    ...this.#shownLive.ended,
    ...this.#searched,
  ]);
  /** Rows that came while the list was held. */
  readonly waiting = $derived(this.#live.ended.length - this.#shownLive.ended.length);
  /** Rows that came since the last search. */
  readonly fresh = $derived(this.#live.ended.length);

  async read(terms: readonly QueryTerm[], calls: boolean): Promise<void> {
    const { terms: others, ...times } = takeTimes(terms, Date.now());
    this.#query = { terms: others, calls, from: times.from, to: times.to };
    this.#heldAt = null;
    this.search = {
      ...times,
      ...(others.length > 0 && { query: formatQuery(others) }),
      ...(calls && { outcomes: 'true' as const }),
    };
    await Promise.all([this.pages.search(this.search), this.histogram.search(this.search)]);
  }

  /** Keeps the list as it is, or lets it follow. */
  hold(held: boolean): void {
    if (!held) this.#heldAt = null;
    else this.#heldAt ??= live.log.lines[0]?.seq ?? 0;
  }

  /** Shows what waits, and keeps the list as it is from there on, if it was held. */
  catchUp(): void {
    if (this.#heldAt !== null) this.#heldAt = live.log.lines[0]?.seq ?? 0;
  }
}
