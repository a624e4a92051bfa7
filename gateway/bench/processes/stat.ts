/** The fields of /proc/<pid>/stat that the benchmark reads (proc_pid_stat(5)). */
export interface ProcessStat {
  readonly pid: number;
  readonly parent: number;
  /** It has ended and waits for its parent to take notice (state Z or X). */
  readonly ended: boolean;
  /** User and system time of all its threads, without children it has waited for. */
  readonly cpuMs: number;
  /** Clock ticks since boot: with the pid, the identity of a process. */
  readonly startTime: number;
}

/** USER_HZ, which Linux fixes at 100 towards programs whatever the kernel's own clock. */
const ticksPerSecond = 100;

/** Parses one line of /proc/<pid>/stat; the program's name in it may hold spaces and parentheses. */
export function parseStat(line: string): ProcessStat {
  const nameEnd = line.lastIndexOf(')');
  const pid = Number.parseInt(line, 10);
  // What follows the name starts at field 3, the state.
  const fields = line.slice(nameEnd + 2).split(' ');
  const field = (number: number): number => Number(fields[number - 3]);
  const stat = {
    pid,
    parent: field(4),
    ended: fields[0] === 'Z' || fields[0] === 'X',
    cpuMs: ((field(14) + field(15)) * 1000) / ticksPerSecond,
    startTime: field(22),
  };
  if (Object.values(stat).some(Number.isNaN))
    throw new Error(`This is not a line of /proc/<pid>/stat: ${line}`);
  return stat;
}
