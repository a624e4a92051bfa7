import type { AuditFilter } from '../read/filter.ts';
import { matchesTerms } from '../query/matchQuery.ts';
import type { QueryTerm } from '../query/parseQuery.ts';
import type { Group, Summary } from './summary.ts';

const inGroups: ReadonlySet<QueryTerm['key']> = new Set(['client', 'server', 'outcome']);

/** What a filter asks of the groups of a summary. */
export interface GroupTest {
  /** Whether lines of the group may pass. */
  readonly mayPass: (group: Group) => boolean;
  /** Whether `mayPass` is the answer for each line of a group whose time is wanted. */
  readonly isExact: boolean;
}

export function groupTest(filter: AuditFilter): GroupTest {
  const { client, server, outcomes, query = [], from: _from, to: _to, ...others } = filter;
  const known = query.filter(({ key }) => inGroups.has(key));
  const terms: readonly QueryTerm[] = known;
  const isOf = (wanted: string | undefined, value: string | null): boolean =>
    wanted === undefined || wanted.toWellFormed() === value;
  return {
    isExact: known.length === query.length && Object.keys(others).length === 0,
    mayPass: (group) =>
      isOf(client, group.client) &&
      isOf(server, group.server) &&
      (outcomes === undefined || group.ends) &&
      matchesTerms(terms, factsOf(group), () => true),
  };
}

function factsOf(group: Group) {
  return (key: string): string | null =>
    key === 'client' || key === 'server' || key === 'outcome' ? group[key] : null;
}

/** Whether a line of the run may pass; false spares reading it. */
export function mayHold({ times, groups }: Summary, { from, to }: AuditFilter, test: GroupTest): boolean {
  if (times !== null) {
    if ((from !== undefined && times[1] < from) || (to !== undefined && times[0] >= to)) return false;
  }
  return groups === null || groups.some(test.mayPass);
}

/**
 * The groups that pass, where they say all about the lines that pass: each is inside of the range of the filter and of one slot.
 * Null where the lines have to be read.
 * @param slotOf the slot of an instant (milliseconds since the Unix epoch)
 */
export function groupsThatPass(
  { times, groups, unit }: Summary,
  { from, to }: AuditFilter,
  test: GroupTest,
  slotOf: (at: number) => number,
): readonly Group[] | null {
  if (!test.isExact || groups === null) return null;
  const isInside =
    times !== null && (from === undefined || times[0] >= from) && (to === undefined || times[1] < to);
  const passing = groups.filter(test.mayPass);
  if (passing.length === 0) return passing;
  const isInRange = ({ at }: Group): boolean =>
    (from === undefined || at >= Date.parse(from)) && (to === undefined || at + unit <= Date.parse(to));
  if (!isInside && !passing.every(isInRange)) return null;
  return passing.every(({ at }) => slotOf(at) === slotOf(at + unit - 1)) ? passing : null;
}
