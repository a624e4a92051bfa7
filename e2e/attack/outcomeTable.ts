import type { Outcome } from './attempt.ts';

/** What all attempts came to, as a table. */
export class OutcomeTable {
  readonly #rows: string[][] = [];
  #through = 0;

  add(place: string, what: string, { through, by }: Outcome): void {
    if (through) this.#through++;
    this.#rows.push([place, what, through ? `THROUGH: ${by}` : by]);
  }

  get size(): number {
    return this.#rows.length;
  }

  print(): void {
    const widths = [0, 1].map((column) => Math.max(...this.#rows.map((row) => row[column]?.length ?? 0)));
    const lines = this.#rows.map((row) =>
      row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '),
    );
    process.stdout.write(`${lines.join('\n')}\n${this.#rows.length} attempts, ${this.#through} through\n`);
  }
}
