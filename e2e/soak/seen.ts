/** What the clients saw of calls to one tool. */
export interface Outcomes {
  results: number;
  errors: number;
}

/** What all clients saw, so far. */
export class Seen {
  readonly tools = new Map<string, Outcomes>();
  /** The X-Request-Id of every call that was answered with a result. */
  readonly answered = new Set<string>();
  /** Answers that belong to another call, in words. */
  readonly wrong: string[] = [];
  /** Whatever else the workers count. */
  readonly counts = new Map<string, number>();

  outcome(tool: string, kind: keyof Outcomes): void {
    const outcomes = this.tools.get(tool) ?? { results: 0, errors: 0 };
    outcomes[kind]++;
    this.tools.set(tool, outcomes);
  }

  count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }

  get calls(): number {
    return [...this.tools.values()].reduce((sum, { results, errors }) => sum + results + errors, 0);
  }

  /** A line a tool, and one of everything else. */
  report(): string {
    const tools = [...this.tools].map(([tool, { results, errors }]) => {
      return `  ${tool}: ${results} results, ${errors} errors`;
    });
    const counts = [...this.counts].map(([what, count]) => `${count} ${what}`);
    return [...tools.sort(), `  besides: ${counts.sort().join(', ')}`].join('\n');
  }
}
