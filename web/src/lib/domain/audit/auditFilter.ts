import type { AuditLine } from 'lmcp-gateway/src/audit/types.ts';
import type { AuditQuery } from 'lmcp-gateway/src/api/audit.ts';

/** What Live and Audit show; it stands in the page's address, so that it survives reload and can be passed on. */
export interface AuditFilter {
  readonly event: string;
  readonly client: string;
  readonly server: string;
  readonly tool: string;
  readonly allowed: '' | 'true' | 'false';
  readonly reason: string;
  readonly call: string;
  /** As in a `datetime-local` field: the viewer's own time. */
  readonly from: string;
  readonly to: string;
  readonly text: string;
}

const names = [
  'event',
  'client',
  'server',
  'tool',
  'allowed',
  'reason',
  'call',
  'from',
  'to',
  'text',
] as const;

export const emptyFilter: AuditFilter = {
  event: '',
  client: '',
  server: '',
  tool: '',
  allowed: '',
  reason: '',
  call: '',
  from: '',
  to: '',
  text: '',
};

export function readFilter(parameters: Pick<URLSearchParams, 'get'>): AuditFilter {
  const read = (name: (typeof names)[number]): string => parameters.get(name) ?? '';
  const allowed = read('allowed');
  return {
    event: read('event'),
    client: read('client'),
    server: read('server'),
    tool: read('tool'),
    allowed: allowed === 'true' || allowed === 'false' ? allowed : '',
    reason: read('reason'),
    call: read('call'),
    from: isInstant(read('from')) ? read('from') : '',
    to: isInstant(read('to')) ? read('to') : '',
    text: read('text'),
  };
}

/** The address's query for a filter: `''` or `?…`, always in the same order. */
export function filterAddress(filter: AuditFilter): '' | `?${string}` {
  const parameters = new URLSearchParams();
  for (const name of names) if (filter[name] !== '') parameters.set(name, filter[name]);
  const query = parameters.toString();
  return query === '' ? '' : `?${query}`;
}

export function filterQuery(filter: AuditFilter): AuditQuery {
  const entries = names.map((name): [string, string] => [name, filter[name]]);
  const query = Object.fromEntries(entries.filter(([, value]) => value !== ''));
  if (filter.from !== '') query['from'] = new Date(filter.from).toISOString();
  if (filter.to !== '') query['to'] = new Date(filter.to).toISOString();
  return query;
}

export function isFiltering(filter: AuditFilter): boolean {
  return names.some((name) => filter[name] !== '');
}

/** The same filter on a line that the browser holds. */
export function matchesFilter(line: AuditLine, filter: AuditFilter): boolean {
  return (
    (filter.event === '' || filter.event.split(',').includes(line.event)) &&
    (filter.client === '' || line.client_id === filter.client) &&
    (filter.server === '' || line.server_id === filter.server) &&
    (filter.tool === '' || line.tool_name === filter.tool) &&
    (filter.allowed === '' || line.allowed === (filter.allowed === 'true')) &&
    (filter.reason === '' || line.reason === filter.reason) &&
    (filter.call === '' || line.call === filter.call) &&
    (filter.from === '' || Date.parse(line.ts) >= Date.parse(filter.from)) &&
    (filter.to === '' || Date.parse(line.ts) < Date.parse(filter.to)) &&
    (filter.text === '' || JSON.stringify(line).toLowerCase().includes(filter.text.toLowerCase()))
  );
}

function isInstant(text: string): boolean {
  return text !== '' && !Number.isNaN(Date.parse(text));
}
