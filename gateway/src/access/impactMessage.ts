import type { ClientImpact } from '../api/registry.ts';

/** The impact of a change on a client, as in "codex gains 3 tools and loses 1". */
export function impactMessage(impact: Omit<ClientImpact, 'words'>): string {
  const { client_id: id, change } = impact;
  const gains = amounts(impact.gained.length, impact.gained_servers);
  const losses = amounts(impact.lost.length, impact.lost_servers);
  if (change === 'added')
    return gains === '' ? `${id} is new and may use nothing` : `${id} is new and may use ${gains}`;
  if (change === 'removed')
    return losses === '' ? `${id} is removed` : `${id} is removed and loses ${losses}`;
  if (losses === '') return `${id} gains ${gains}`;
  return gains === '' ? `${id} loses ${losses}` : `${id} gains ${gains} and loses ${losses}`;
}

function amounts(tools: number, servers: readonly string[]): string {
  const counted = tools === 0 ? [] : [tools === 1 ? '1 tool' : `${tools} tools`];
  const uncounted = servers.length === 0 ? [] : [`the tools of ${list(servers)} (not known yet)`];
  return [...counted, ...uncounted].join(' and ');
}

function list(names: readonly string[]): string {
  return names.length < 3
    ? names.join(' and ')
    : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}
