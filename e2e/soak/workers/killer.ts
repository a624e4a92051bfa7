import { childrenOf } from '../../harness/processes/processes.ts';
import { pause, turns, type Setting } from '../setting.ts';

/** SIGKILL for one of the servers, every few seconds. */
export function killer(setting: Setting): Promise<void> {
  const { gateway, seen, signal } = setting;
  return turns(setting, 'kills', async () => {
    await pause(15_000, signal);
    if (signal.aborted) return;
    const children = childrenOf(gateway.process?.pid);
    const victim = children[Math.floor(Math.random() * children.length)];
    if (victim === undefined) return;
    process.kill(victim, 'SIGKILL');
    seen.count('servers killed');
  });
}
