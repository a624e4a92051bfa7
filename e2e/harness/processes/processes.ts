import { readFileSync } from 'node:fs';

/** The process ids of a process's children, as Linux knows them; none of a process that there is not. */
export function childrenOf(pid: number | undefined): number[] {
  if (pid === undefined) return [];
  const pids = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return pids === '' ? [] : pids.split(' ').map(Number);
}

/** Also true of a process that has ended and that its parent has not asked for. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
