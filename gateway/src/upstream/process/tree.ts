import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { instanceVariable } from './environment.ts';

/** One process of the machine. */
export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** The mark in its environment; undefined where there is none or it can't be read. */
  readonly mark: string | undefined;
}

/** A server's own process, and the value of LMCP_INSTANCE in the environment of all that it started. */
export interface Tree {
  readonly pid: number;
  readonly mark: string;
}

/**
 * Which processes belong to a server: those it started and their descendants, those of its process group, those that
 * carry its mark, and those that were seen to belong before. A daemon leaves the first two behind, a process that wipes
 * its environment the third.
 */
export function membersOf(
  tree: Tree,
  seenBefore: ReadonlySet<number>,
  processes: readonly ProcessEntry[],
): Set<number> {
  const members = new Set<number>();
  for (const { pid, group, mark } of processes) {
    if (pid === tree.pid || group === tree.pid || mark === tree.mark || seenBefore.has(pid)) members.add(pid);
  }
  for (let size = -1; size !== members.size;) {
    size = members.size;
    for (const { pid, parent } of processes) if (members.has(parent)) members.add(pid);
  }
  return members;
}

/** Every file that is read takes a descriptor: all together could be more than there are. */
const readAtOnce = 32;

let running: Promise<ProcessEntry[]> | undefined;

/** All living processes that can be seen; zombies are dead already. Callers at the same time share one look. */
export function listProcesses(): Promise<ProcessEntry[]> {
  running ??= (process.platform === 'linux' ? listFromProc() : listFromPs()).finally(() => {
    running = undefined;
  });
  return running;
}

async function listFromProc(): Promise<ProcessEntry[]> {
  const pids = (await readdir('/proc')).filter((name) => /^[1-9]\d*$/.test(name));
  const entries: ProcessEntry[] = [];
  for (let start = 0; start < pids.length; start += readAtOnce) {
    const some = pids.slice(start, start + readAtOnce).map((pid) => readProc(Number(pid)));
    entries.push(...(await Promise.all(some)).filter((entry) => entry !== undefined));
  }
  return entries;
}

async function readProc(pid: number): Promise<ProcessEntry | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1');
    // The name in parentheses may hold spaces and parentheses itself (proc(5)).
    const [state, parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state === 'Z' || state === 'X') return undefined;
    return { pid, parent: Number(parent), group: Number(group), mark: await readMark(pid) };
  } catch {
    return undefined;
  }
}

const markStart = `\0${instanceVariable}=`;

async function readMark(pid: number): Promise<string | undefined> {
  try {
    const variables = '\0' + (await readFile(`/proc/${pid}/environ`, 'latin1'));
    const found = variables.indexOf(markStart);
    if (found === -1) return undefined;
    const start = found + markStart.length;
    const end = variables.indexOf('\0', start);
    return variables.slice(start, end === -1 ? undefined : end);
  } catch {
    return undefined;
  }
}

/** Where there is no /proc (macOS): environments can't be read, descendants and groups can. */
async function listFromPs(): Promise<ProcessEntry[]> {
  if (process.platform === 'win32') return [];
  const { stdout } = await promisify(execFile)('ps', ['-axo', 'pid=,ppid=,pgid=,stat=']);
  return parsePs(stdout);
}

export function parsePs(output: string): ProcessEntry[] {
  return [...output.matchAll(/^\s*(\d+)\s+(\d+)\s+(\d+)\s+([^Z\s]\S*)/gm)].map(([, pid, parent, group]) => ({
    pid: Number(pid),
    parent: Number(parent),
    group: Number(group),
    mark: undefined,
  }));
}
