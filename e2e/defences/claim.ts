import type { PromiseId } from './promises.ts';

/** One security claim: the code that keeps it, and the test that must fail when that code is mutated. */
export interface Claim {
  /** What is promised, in a few words. */
  readonly claim: string;
  /** The row of SECURITY.md that rests on it. */
  readonly promise: PromiseId;
  /** From the root of the checkout. */
  readonly file: string;
  /** Resolves to exactly one node of that file. */
  readonly anchor: Anchor;
  /** How that node is mutated. */
  readonly operator: Operator;
  /** What must fail then. */
  readonly test: TestChoice;
}

/** One node of a file, found by what it is and what it mentions rather than by its text. */
export interface Anchor {
  /**
   * The declaration that holds the node, qualified: `checkHost`, `GuardServer.#own`, `AuditLog.constructor`,
   * `openAudit.close`; for a module's constant its name.
   */
  readonly in: string;
  readonly node: NodeKind;
  /** The called function (`call`, `argument`), the key (`property`) or the variable (`const`). */
  readonly name?: string;
  /**
   * Identifiers, property names, literals and comparison operators that all occur in the node; for `if` and `loop` in the
   * condition. Of nested nodes that match, the innermost counts.
   */
  readonly mentions?: readonly string[];
}

/**
 * `operand`: of a chain of `&&`, `||` or `??`. `element`: of an array. `argument`: of a call. `property`: of an object
 * literal. `placeholder`: of a template literal. `statement`: an expression statement or a `throw`. `const`: the initial value of a variable, field or parameter.
 */
export type NodeKind =
  | 'if'
  | 'ternary'
  | 'loop'
  | 'call'
  | 'argument'
  | 'await'
  | 'return'
  | 'statement'
  | 'operand'
  | 'comparison'
  | 'property'
  | 'placeholder'
  | 'element'
  | 'const';

/**
 * `drop-operand` leaves the rest of the chain. `no-op` puts a function there that does nothing. `drop-element` removes an element, argument or property.
 * `call-to-argument` leaves the first argument of a call, `call-to-receiver` what its method was called on;
 * `call-to-equality` compares the two arguments as text.
 */
export type Operator =
  | 'drop-statement'
  | 'drop-await'
  | 'drop-operand'
  | 'drop-element'
  | 'condition-true'
  | 'condition-false'
  | 'negate'
  | 'no-op'
  | 'call-to-argument'
  | 'call-to-receiver'
  | 'call-to-equality'
  | { readonly replace: ReplacementValue };

/** A literal; undefined, Infinity, empty arrays and empty objects included. */
export type ReplacementValue =
  undefined | null | boolean | number | string | readonly string[] | Readonly<Record<string, never>>;

export interface TestChoice {
  /** From the root of the checkout. */
  readonly file: string;
  /** Only tests with this in their names; absent: the whole file. */
  readonly name?: string;
}
