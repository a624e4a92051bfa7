import { untrack } from 'svelte';
import { live } from './live.svelte.ts';
import { session } from './session.svelte.ts';

const doneKey = 'lmcp.first-call-seen';

/**
 * Whether this gateway has forwarded a call yet: asked of the log once, then heard of. Made while a component is, and ends with
 * it.
 */
export class FirstRun {
  /** Null while it is not known. */
  called = $state<boolean | null>(localStorage.getItem(doneKey) === null ? null : true);
  /** Whether the first call came while this page was looked at. */
  justNow = $state(false);
  readonly connected = $derived(
    this.called === true ||
      live.log.lines.some(({ event, allowed }) => event === 'client_auth' && allowed === true) ||
      (session.status?.clients ?? []).some(({ last_seen: seen }) => seen !== null),
  );

  constructor() {
    $effect(() => {
      void session.token;
      untrack(() => void this.#ask());
    });
    $effect(() => {
      if (!live.heard || !live.log.lines.some(({ event }) => event === 'tool_result')) return;
      untrack(() => this.#saw(this.called === false));
    });
    // Signed out nothing can be asked: the events tell, where they are all that there is.
    $effect(() => {
      const lines = session.status?.audit.seq ?? Infinity;
      if (!session.signedIn && live.heard && live.log.lines.length >= lines - 1) {
        untrack(() => (this.called ??= false));
      }
    });
  }

  async #ask(): Promise<void> {
    if (this.called === true) return;
    const answer = await session.routes?.audit({ event: 'tool_result', limit: '1' });
    if (answer?.ok !== true) return;
    if (answer.lines.length > 0) this.#saw(false);
    else this.called ??= false;
  }

  #saw(justNow: boolean): void {
    this.called = true;
    this.justNow ||= justNow;
    localStorage.setItem(doneKey, 'yes');
  }
}
