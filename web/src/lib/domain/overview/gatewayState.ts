import type { OverviewAnswer, OverviewRange } from 'lmcp-gateway/src/api/overview.ts';
import type { Status, StatusServer } from 'lmcp-gateway/src/api/status.ts';
import { activityOf } from '../activity/activityAddress.ts';
import { count } from '../text/formatCount.ts';
import { visibleText } from '../text/hostileText.ts';

/** One thing that is wrong or waits, and where it is dealt with. */
export interface StatePart {
  readonly tone: 'broken' | 'decide';
  readonly text: string;
  readonly to:
    | { readonly page: '/' | '/servers' | '/changes/file' }
    | { readonly page: '/activity'; readonly query: string }
    | { readonly page: '/servers/[server]'; readonly server: string };
}

/** What is wrong and what waits for a decision, the worst first; nothing where all works. */
export function gatewayState({
  audit,
  registry,
  servers,
}: Pick<Status, 'audit' | 'registry' | 'servers'>): StatePart[] {
  const failing = servers.filter(({ health }) => health?.level === 'failing');
  const waiting = servers.filter(({ health }) => health?.action === 'approve_tools');
  const signIns = servers.filter(({ health }) => health?.action === 'sign_in');
  const tools = waiting.reduce((sum, { health }) => sum + (health?.pending_tools ?? 1), 0);
  return [
    ...(audit.ok ? [] : [broken('no call is forwarded', { page: '/' })]),
    ...(failing.length > 0 ? [broken(`${count(failing.length, 'server')} failing`, placeOf(failing))] : []),
    ...(registry.valid ? [] : [decide('registry file invalid', { page: '/changes/file' })]),
    ...(waiting.length > 0 ? [decide(`${count(tools, 'tool')} pending approval`, placeOf(waiting))] : []),
    ...(signIns.length > 0
      ? [decide(`sign-in needed for ${count(signIns.length, 'server')}`, placeOf(signIns))]
      : []),
  ];
}

/** Clients that reached their rate limit, the one that did so most often first. */
export function limitedClients(denied: OverviewAnswer['denied'], range: OverviewRange): StatePart[] {
  const counts = new Map<string, number>();
  for (const { client_id: client, reason, count: times } of denied)
    if (client !== null && reason === 'rate_limit_exceeded')
      counts.set(client, (counts.get(client) ?? 0) + times);
  return [...counts]
    .toSorted(([, one], [, other]) => other - one)
    .map(([client, times]) =>
      decide(`${visibleText(client)} limited ${times.toLocaleString('en')}×`, {
        page: '/activity',
        query: activityOf({ client, reason: 'rate_limit_exceeded', since: range }),
      }),
    );
}

function broken(text: string, to: StatePart['to']): StatePart {
  return { tone: 'broken', text, to };
}

function decide(text: string, to: StatePart['to']): StatePart {
  return { tone: 'decide', text, to };
}

function placeOf(servers: readonly StatusServer[]): StatePart['to'] {
  const [only] = servers;
  return servers.length === 1 && only !== undefined
    ? { page: '/servers/[server]', server: only.server_id }
    : { page: '/servers' };
}
