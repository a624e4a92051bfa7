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
  { not: ['let through', 'lets through'], use: 'allowed; forwarded' },
  { not: ['whoever'], use: 'the subject itself: client, administrator, anyone who' },
  { not: ['withdraw', 'withdraws', 'withdrawn'], use: 'revoke' },
  { not: ['narrowed', 'narrowing'], use: 'restricted, restriction' },
  { not: ['gates', 'gated'], use: 'checks; denied' },
  { not: ['take back', 'takes back', 'taken back', 'bring back', 'brought back'], use: 'undo, discard' },
  { not: ['laid upon'], use: 'moved to; dry run against' },
  { not: ['mend', 'mended', 'mends', 'cure', 'cures'], use: 'fix' },
  { not: ['goodbye', 'let go', 'lets go'], use: 'close, end, release' },
  { not: ['nonsense'], use: 'invalid, malformed' },
  { not: ['in vain'], use: 'timed out; without result' },
  { not: ['forgive', 'forgiven', 'forgives'], use: 'reset the back-off' },
  { not: ['last good', 'whole again'], use: 'last valid; valid again' },
  { not: ['misshapen'], use: 'malformed' },
  { not: ['unlock', 'unlocked'], use: 'sign in; release a lock' },
  // `refuse` and `refused` alone are values and keys of the management API.
  {
    not: [
      'refusal',
      'refusals',
      'refuses',
      'refusing',
      'refuse to',
      'to refuse',
      'would refuse',
      'is refused',
      'are refused',
      'be refused',
      'been refused',
      'was refused',
      'were refused',
    ],
    use: 'access: deny, denial; input, configurations, requests: reject, rejection',
    allowedIn: ['CHANGELOG.md'],
  },
];
