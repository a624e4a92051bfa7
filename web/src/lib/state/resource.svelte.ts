import { untrack } from 'svelte';
import type { AuditLine } from 'lmcp-gateway/src/audit/types.ts';
import type { Failure } from '#lib/api/request.ts';
import type { ManagementRoutes } from '#lib/api/routes.ts';
import { live } from './live.svelte.ts';
import { everyVisible } from './requests/everyVisible.ts';
import { session } from './session.svelte.ts';

/** Of events that come in crowds, all are answered by one request. */
const crowdMs = 800;

interface Options<K> {
  /**
   * What is asked for, as plain data; null: nothing is. An answer or a failure is shown for its key only. Left out: there is one
   * thing to ask for.
   */
  key?: () => K | null;
  /** Asked again when this changes; the last answer is shown until the next one. */
  on?: () => unknown;
  /** Asked again, a moment later, when such a line is logged. */
  lines?: (line: AuditLine) => boolean;
  /** Asked again so often while the page is visible, milliseconds; null: not. */
  everyMs?: () => number | null;
  /** How long `key` and `on` have to stay the same before the gateway is asked, milliseconds; 0 if left out. */
  settleMs?: number;
}

interface Held<T> {
  readonly key: string;
  readonly content: T;
}

/**
 * What a page asked the gateway for with its token: the last successful answer, and whether the last try failed. Asks by itself
 * when it is made, and when its key changes. The newest try wins. Made while a component is, and ends with it.
 */
export class Resource<T extends { readonly ok: true }, K = unknown> {
  loading = $state(false);
  readonly #ask: (routes: ManagementRoutes, key: K) => Promise<T | Failure>;
  readonly #options: Options<K>;
  #answered = $state.raw<Held<T> | null>(null);
  #failed = $state.raw<Held<Failure> | null>(null);
  #asked: string | null = null;
  #tries = 0;
  #soon: ReturnType<typeof setTimeout> | undefined;
  #gone = false;

  /** Another token may see something else, so it is part of what is asked for. */
  readonly #key: string | null = $derived.by(() => {
    const key = this.#keyNow();
    return session.token === null || key === null ? null : JSON.stringify([session.token, key]);
  });
  readonly #version: string | null = $derived.by(() => {
    const on = this.#options.on?.();
    return this.#key === null ? null : JSON.stringify([this.#key, on]);
  });
  readonly value: T | null = $derived(this.#of(this.#answered));
  readonly failure: Failure | null = $derived(this.#of(this.#failed));

  constructor(ask: (routes: ManagementRoutes, key: K) => Promise<T | Failure>, options: Options<K> = {}) {
    this.#ask = ask;
    this.#options = options;
    // What is asked for often depends on the page: when it is left, nothing is asked any more.
    $effect(() => () => {
      this.#gone = true;
      clearTimeout(this.#soon);
    });
    $effect(() => this.#follow(this.#version));
    // What could not be asked while the gateway was away is asked again once it answers.
    $effect(() => {
      if (session.failure === null && untrack(() => this.failure?.error) === 'offline') void this.refresh();
    });
    const { lines: concerns, everyMs } = options;
    if (concerns !== undefined)
      $effect(() =>
        live.onLines((lines) => {
          if (lines.some(concerns)) this.refreshSoon();
        }),
      );
    if (everyMs !== undefined)
      $effect(() => {
        const interval = everyMs();
        return interval === null ? undefined : everyVisible(interval, () => void this.refresh());
      });
  }

  /** For events that come in crowds: asks once, a moment later. */
  refreshSoon(): void {
    if (this.#gone) return;
    this.#soon ??= setTimeout(() => void this.refresh(), crowdMs);
  }

  async refresh(): Promise<void> {
    clearTimeout(this.#soon);
    this.#soon = undefined;
    if (this.#gone) return;
    this.#tries += 1;
    const mine = this.#tries;
    const [routes, key, wanted] = untrack(() => [session.routes, this.#key, this.#keyNow()] as const);
    this.#asked = untrack(() => this.#version);
    if (routes === null || key === null || wanted === null) {
      this.loading = false;
      return;
    }
    this.loading = true;
    const answer = await untrack(() => this.#ask(routes, wanted));
    if (mine !== this.#tries || this.#gone) return;
    this.loading = false;
    if (answer.ok) {
      this.#answered = { key, content: answer };
      this.#failed = null;
    } else {
      this.#failed = { key, content: answer };
      session.sawFailure(answer);
    }
  }

  /** Asks unless somebody else did since the change, as a button that sets the key and wants the answer does. */
  #follow(version: string | null): (() => void) | undefined {
    if (version === this.#asked) return;
    const { settleMs = 0 } = this.#options;
    if (settleMs === 0) {
      void this.refresh();
      return;
    }
    const timer = setTimeout(() => void this.refresh(), settleMs);
    return () => clearTimeout(timer);
  }

  #keyNow(): K | null {
    return this.#options.key === undefined ? (true as K) : this.#options.key();
  }

  #of<A>(held: Held<A> | null): A | null {
    return held !== null && held.key === this.#key ? held.content : null;
  }
}
