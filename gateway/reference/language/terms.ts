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
  {
    not: [
      'as it stands',
      'as they stand',
      'stand in',
      'stands in',
      'stood in',
      'stands there',
      'stand there',
      'stood there',
    ],
    use: 'is in, is there; unchanged',
  },
  {
    not: ['stands behind', 'stand behind', 'lies behind', 'stand beside', 'stands beside'],
    use: 'follows, is after; is next to',
  },
  { not: ['stands still', 'stand still'], use: 'stalls, is paused, does not advance' },
  { not: ['lies in', 'lie in', 'lies beyond', 'merely lies'], use: 'is in; exceeds' },
  { not: ['hears', 'hears of'], use: 'gets, is notified of' },
  { not: ['is spoken', 'are spoken', 'spoken here', 'speaks no'], use: 'is supported' },
  { not: ["can't be told", 'cannot be told'], use: 'cannot be determined' },
  { not: ['can not'], use: 'cannot' },
  { not: ['is no valid', 'this is no'], use: 'is not a …, is not a valid …' },
  { not: ['taken out of', 'taken-over'], use: 'removed from; compromised' },
  { not: ['so many', 'so much'], use: 'how many, this number of; for a limit: max…' },
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
