import { readFileSync, readdirSync } from 'node:fs';
import { parseStat, type ProcessStat } from './stat.ts';

export interface ProcessUsage {
  readonly cpuMs: number;
  readonly rssBytes: number;
}

/** `root` and all its descendants that run now, root first. */
export function processTree(root: number): ProcessStat[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readStat(Number(name)));
  const tree = all.filter((stat) => stat.pid === root);
  for (const member of tree) tree.push(...all.filter((stat) => stat.parent === member.pid));
  return tree;
}

/** What the tree below `root` has used, by process, without the processes that run `server`. */
export function treeUsage(root: number, server: readonly string[]): Map<number, ProcessUsage> {
  return usageOf(root, (argv) => !runsServer(argv, server));
}

/** What those of the tree below `root` have used, by process, whose command line is meant. */
export function usageOf(
  root: number,
  isMeant: (argv: readonly string[]) => boolean,
): Map<number, ProcessUsage> {
  const meant = processTree(root).filter(({ pid }) =>
    isMeant(readProc(pid, 'cmdline')?.split('\0').slice(0, -1) ?? []),
  );
  return new Map(meant.map(({ pid, cpuMs }) => [pid, { cpuMs, rssBytes: rssOf(pid) }]));
}

/** True for the server itself and for a shell that a gateway wraps around it: such a shell only waits. */
export function runsServer(argv: readonly string[], server: readonly string[]): boolean {
  const line = server.join(' ');
  return argv.join(' ') === line || (argv.includes('-c') && argv.at(-1) === line);
}

/** CPU between two readings; a process that began in between counts from its start. */
export function cpuBetween(
  before: ReadonlyMap<number, ProcessUsage>,
  after: ReadonlyMap<number, ProcessUsage>,
): number {
  return [...after].reduce((sum, [pid, { cpuMs }]) => sum + cpuMs - (before.get(pid)?.cpuMs ?? 0), 0);
}

export function rssSum(usage: ReadonlyMap<number, ProcessUsage>): number {
  return [...usage.values()].reduce((sum, { rssBytes }) => sum + rssBytes, 0);
}

/** True while this very process runs, and not another one under a reused pid. */
export function stillRuns({ pid, startTime }: ProcessStat): boolean {
  return readStat(pid).some((stat) => stat.startTime === startTime && !stat.ended);
}

function readStat(pid: number): ProcessStat[] {
  const line = readProc(pid, 'stat');
  return line === undefined ? [] : [parseStat(line)];
}

function rssOf(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readProc(pid, 'status') ?? '')?.[1];
  return Number(kib ?? 0) * 1024;
}

/** Undefined where the process is gone: processes end at any time, also between listing and reading. */
function readProc(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return undefined;
  }
}
