/** What somebody typed into a form, kept in this tab until it is added, discarded, or no longer fits what it was made on. */
export class KeptForm<T> {
  readonly #key: string;
  readonly #base: string;

  /**
   * @param name of the form
   * @param base what the form shows where nothing was typed: another one makes what was typed void
   */
  constructor(name: string, base: unknown) {
    this.#key = `lmcp.form.${name}`;
    this.#base = JSON.stringify(base ?? null);
  }

  /** Null where nothing is kept. */
  read(): T | null {
    try {
      const kept = JSON.parse(sessionStorage.getItem(this.#key) ?? 'null') as Kept<T> | null;
      return kept?.base === this.#base ? kept.value : null;
    } catch {
      return null;
    }
  }

  keep(value: T): void {
    sessionStorage.setItem(this.#key, JSON.stringify({ base: this.#base, value } satisfies Kept<T>));
  }

  drop(): void {
    sessionStorage.removeItem(this.#key);
  }
}

interface Kept<T> {
  readonly base: string;
  readonly value: T;
}
