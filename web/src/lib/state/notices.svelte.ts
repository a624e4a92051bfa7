import { untrack } from 'svelte';

export interface Notice {
  readonly id: number;
  readonly tone: 'done' | 'problem';
  readonly text: string;
  /** What it is about: a later outcome of the same closes it. */
  readonly topic?: string;
  readonly action?: { readonly label: string; readonly run: () => void };
}

/** How long a message stays that nobody closes, and one with a way back; milliseconds. */
const shownMs = 6_000;
const withActionMs = 20_000;

/** What just happened, in words, at the edge of the page. Problems stay until they are closed. */
class Notices {
  list = $state.raw<readonly Notice[]>([]);
  #last = 0;
  /** Somebody points at one or has the focus in it: none goes by itself then. */
  #held = false;

  done(text: string, action?: Notice['action']): void {
    const id = this.#add({ tone: 'done', text, ...(action && { action }) });
    this.#closeLater(id, action ? withActionMs : shownMs);
  }

  problem(text: string, topic?: string): void {
    this.#add({ tone: 'problem', text, ...(topic !== undefined && { topic }) });
  }

  /** Closes what was told of an attempt before this one. */
  settle(topic: string): void {
    this.list = this.list.filter((notice) => notice.topic !== topic);
  }

  close(id: number): void {
    this.list = this.list.filter((notice) => notice.id !== id);
  }

  hold(): void {
    this.#held = true;
  }

  release(): void {
    this.#held = false;
  }

  #closeLater(id: number, afterMs: number): void {
    setTimeout(() => {
      if (this.#held) this.#closeLater(id, shownMs);
      else this.close(id);
    }, afterMs);
  }

  #add(notice: Omit<Notice, 'id'>): number {
    this.#last += 1;
    const added = { ...notice, id: this.#last };
    // An effect that tells something does not follow what else is told.
    this.list = untrack(() => [...this.list, added].slice(-4));
    return this.#last;
  }
}

export const notices = new Notices();
