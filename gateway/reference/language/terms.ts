/** Words that LMCP does not use, and the word that its code, messages, interface and documentation use instead. */
export interface Term {
  readonly not: readonly string[];
  readonly use: string;
  /** Files in which the word is a name of the contract or means something else. */
  readonly allowedIn?: readonly string[];
}

export const terms: readonly Term[] = [
  { not: ['on record'], use: 'logged, audited' },
  { not: ['in force', 'into force'], use: 'active' },
  { not: ['at once'], use: 'immediately; together, concurrent' },
  { not: ['anew'], use: 'again, re-…' },
  { not: ['turned away', 'turns away'], use: 'denied, rejected' },
  { not: ['for ever'], use: 'forever' },
];
