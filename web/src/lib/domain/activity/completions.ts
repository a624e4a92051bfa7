import { auditEvents } from 'lmcp-gateway/src/audit/events.ts';
import {
  closedValues,
  formatTerm,
  queryKeys,
  type QueryKey,
} from 'lmcp-gateway/src/audit/query/parseQuery.ts';
import { eventLabel, reasonCodes, reasonDescription } from '../audit/lineText.ts';

export interface Completion {
  /** What replaces the word that is being typed. */
  readonly text: string;
  readonly description: string;
  /** A whole term: it is added. Otherwise its value is still to be typed. */
  readonly whole: boolean;
}

/** Names that are known now. */
export interface KnownNames {
  readonly client: readonly string[];
  readonly server: readonly string[];
  readonly tool: readonly string[];
}

const descriptions: Readonly<Record<QueryKey, string>> = {
  client: 'the application that calls',
  server: 'the server it calls',
  tool: 'write_* matches write_file',
  outcome: 'ok, failed, denied…',
  reason: 'why it was denied',
  event: 'single lines of the log',
  via: 'playground or tool search',
  call: 'all lines of one request',
  since: '1h, 7d, yesterday, a date',
  until: 'before this time',
};
const times = ['15m', '1h', '24h', '7d', 'today', 'yesterday'];
const maxCompletions = 8;

/** What may follow: filters first, and values once a filter is named. */
export function completionsOf(draft: string, known: KnownNames): readonly Completion[] {
  const word = /\S*$/.exec(draft)?.[0] ?? '';
  const [, minus = '', key, typed = ''] = /^(-?)([a-z]+):"?(.*)$/i.exec(word) ?? [];
  if (key === undefined) {
    const [, sign = '', start = ''] = /^(-?)(.*)$/.exec(word) ?? [];
    return queryKeys
      .filter((name) => name.startsWith(start.toLowerCase()))
      .map((name) => ({ text: `${sign}${name}:`, description: descriptions[name], whole: false }));
  }
  if (!(queryKeys as readonly string[]).includes(key)) return [];
  const name = key as QueryKey;
  return valuesOf(name, known)
    .filter(({ value, label }) => `${value} ${label}`.toLowerCase().includes(typed.toLowerCase()))
    .sort((a, b) => Number(b.value.startsWith(typed)) - Number(a.value.startsWith(typed)))
    .slice(0, maxCompletions)
    .map(({ value, label }) => ({
      text: formatTerm({ key: name, value, negated: minus !== '' }),
      description: label,
      whole: true,
    }));
}

interface Value {
  readonly value: string;
  readonly label: string;
}

function valuesOf(key: QueryKey, known: KnownNames): readonly Value[] {
  switch (key) {
    case 'client':
    case 'server':
    case 'tool':
      return known[key].map((value) => ({ value, label: '' }));
    case 'reason':
      return reasonCodes.map((value) => ({ value, label: reasonDescription(value) }));
    case 'event':
      return auditEvents.map((value) => ({ value, label: eventLabel(value) }));
    case 'since':
    case 'until':
      return times.map((value) => ({ value, label: '' }));
    default:
      return (closedValues[key] ?? []).map((value) => ({ value, label: '' }));
  }
}
