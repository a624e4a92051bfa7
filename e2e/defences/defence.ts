/** One defence, and the tests that say that it is there. */
export interface Defence {
  /** What it keeps out, in a few words. */
  readonly against: string;
  /** Where it stands, from the root of the checkout. */
  readonly file: string;
  /** Its text. It stands exactly once in that file. */
  readonly code: string;
  /** What stands there when the defence is taken out. */
  readonly without: string;
  /** What must fail then. */
  readonly test: TestChoice;
}

export interface TestChoice {
  /** The project of vitest.config.ts. */
  readonly project: 'unit' | 'system' | 'e2e';
  /** From the root of the checkout. */
  readonly file: string;
  /** Only tests with this in their names; absent: the whole file. */
  readonly name?: string;
}
