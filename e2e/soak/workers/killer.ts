import { readFileSync } from 'node:fs';
import { pause, turns, type Setting } from '../setting.ts';

/** SIGKILL for one of the servers, every few seconds. */
export function killer(setting: Setting): Promise<void> {
  const { gateway, seen, signal } = setting;
  return turns(setting, 'kills', async () => {
    await pause(15_000, signal);
    const pid = gateway.process?.pid;
    if (signal.aborted || pid === undefined) return;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
    const victim = Number(children[Math.floor(Math.random() * children.length)]);
    if (victim === 0) return;
    process.kill(victim, 'SIGKILL');
    seen.count('servers killed');
  });
}
