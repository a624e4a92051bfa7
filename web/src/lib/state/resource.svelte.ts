import { untrack } from 'svelte';
import type { Failure } from '#lib/api/request.ts';
import { session } from './session.svelte.ts';

/**
 * What a page asked the gateway for: the last successful answer, and whether the last try failed. The newest try wins. Made
 * while a component is, and ends with it.
 */
export class Resource<T extends { readonly ok: true }> {
  value = $state.raw<T | null>(null);
  failure = $state.raw<Failure | null>(null);
  loading = $state(false);
  readonly #ask: () => Promise<T | Failure> | null | undefined;
  #tries = 0;
  #soon = false;
  #gone = false;

  constructor(ask: () => Promise<T | Failure> | null | undefined) {
    this.#ask = ask;
    // What is asked for often depends on the page: when it is left, nothing is asked any more.
    $effect(() => () => (this.#gone = true));
    // What could not be asked while the gateway was away is asked again once it answers.
    $effect(() => {
      if (session.failure === null && untrack(() => this.failure?.error) === 'offline') void this.refresh();
    });
  }

  /** For events that come in crowds: asks once, a moment later. */
  refreshSoon(): void {
    if (this.#soon) return;
    this.#soon = true;
    setTimeout(() => {
      this.#soon = false;
      void this.refresh();
    }, 800);
  }

  async refresh(): Promise<void> {
    if (this.#gone) return;
    this.#tries += 1;
    const mine = this.#tries;
    const asked = this.#ask();
    if (!asked) return;
    this.loading = true;
    const answer = await asked;
    if (mine !== this.#tries || this.#gone) return;
    this.loading = false;
    if (answer.ok) {
      this.value = answer;
      this.failure = null;
    } else {
      this.failure = answer;
      session.sawFailure(answer);
    }
  }
}
