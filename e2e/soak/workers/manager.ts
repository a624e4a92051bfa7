import { manage, managementToken } from '../../harness/management.ts';
import { pause, turns, type Setting } from '../setting.ts';

const pages = [
  '/status',
  '/management/servers',
  '/management/clients',
  '/management/access',
  '/management/activity?minutes=60',
  '/management/audit?limit=50',
  '/management/audit?limit=20&client=second',
  '/management/history',
  '/registry/view',
];

/** The interface: reads its pages, listens to events, and takes a grant away and gives it back. */
export async function manager(setting: Setting): Promise<void> {
  await Promise.all([reads(setting), events(setting), changes(setting)]);
}

function reads(setting: Setting): Promise<void> {
  return turns(setting, 'pages', async (i) => {
    const { status } = await manage(setting.gateway, managementToken, pages[i % pages.length] ?? '/status');
    setting.seen.count(`pages answered with ${status}`);
    await pause(200, setting.signal);
  });
}

function events({ gateway, ...rest }: Setting): Promise<void> {
  const setting = { gateway, ...rest };
  return turns(setting, 'event streams', async () => {
    const dropped = new AbortController();
    const headers = { 'X-Lmcp-Management-Token': managementToken };
    const answer = await fetch(`${gateway.origin}/events`, { headers, signal: dropped.signal });
    await answer.body?.getReader().read();
    await pause(Math.random() * 3_000, setting.signal);
    dropped.abort();
    setting.seen.count('event streams');
  });
}

function changes(setting: Setting): Promise<void> {
  const granted = ['plain', 'hostile', 'remote', 'shared', ...(setting.boxed ? ['boxed'] : [])];
  return turns(setting, 'changes', async (i) => {
    const allow_servers = granted.filter((server) => i % 2 === 1 || server !== 'shared');
    const body = { patch: { clients: { third: { allow_servers } } } };
    const { status } = await manage(setting.gateway, managementToken, '/registry/apply', { body });
    setting.seen.count(`changes answered with ${status}`);
    await pause(2_000, setting.signal);
  });
}
