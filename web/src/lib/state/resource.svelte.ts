import type { Failure } from '#lib/api/request.ts';
import { session } from './session.svelte.ts';

/** What a page asked the gateway for: the last good answer, and whether the last try failed. The newest try wins. */
export class Resource<T extends { readonly ok: true }> {
  value = $state.raw<T | null>(null);
  failure = $state.raw<Failure | null>(null);
  loading = $state(false);
  readonly #ask: () => Promise<T | Failure> | null | undefined;
  #tries = 0;
  #soon = false;

  constructor(ask: () => Promise<T | Failure> | null | undefined) {
    this.#ask = ask;
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
    this.#tries += 1;
    const mine = this.#tries;
    const asked = this.#ask();
    if (!asked) return;
    this.loading = true;
    const answer = await asked;
    if (mine !== this.#tries) return;
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
