export interface Notice {
  readonly id: number;
  readonly tone: 'done' | 'problem';
  readonly text: string;
  /** What it is about: a later outcome of the same closes it. */
  readonly topic?: string;
  readonly action?: { readonly label: string; readonly run: () => void };
}

/** What just happened, in words, at the edge of the page. Problems stay until they are closed. */
class Notices {
  list = $state.raw<readonly Notice[]>([]);
  #last = 0;

  done(text: string, action?: Notice['action']): void {
    const id = this.#add({ tone: 'done', text, ...(action && { action }) });
    setTimeout(() => this.close(id), action ? 20_000 : 6_000);
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

  #add(notice: Omit<Notice, 'id'>): number {
    this.#last += 1;
    this.list = [...this.list, { ...notice, id: this.#last }].slice(-4);
    return this.#last;
  }
}

export const notices = new Notices();
