import { execFile } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { listProcesses, membersOf, type ProcessEntry, type Tree } from './tree.ts';

/** Milliseconds between end of stdin, SIGTERM and SIGKILL (specification 2025-11-25, lifecycle, shutdown, stdio). */
const grace = 2_000;
const shortestPoll = 20;
const maxPoll = 250;
/** A tree that forks while it is being killed needs several rounds; processes that survive this many can't be killed. */
const killRounds = 50;

/**
 * Ends a server and all its processes. `closeStdin` asks it to exit; processes that still run after the grace period get
 * SIGTERM, then SIGKILL. Resolves when all have ended.
 */
export async function endTree(tree: Tree, closeStdin: () => void): Promise<void> {
  if (process.platform === 'win32') return endTreeOnWindows(tree, closeStdin);
  // Listed while the server runs: its children lose their parent afterwards.
  const seen = await members(tree, new Set());
  closeStdin();
  if (await goneWithin(tree, seen, rootGone(tree))) return;
  if ((await members(tree, seen)).size === 0) return;
  signalAll(tree, seen, 'SIGTERM');
  if (await goneWithin(tree, seen, everybodyGone)) return;
  await killAll(tree, seen);
}

/** Kills what an exited server left behind, without a grace period. */
export async function killLeftovers(tree: Tree): Promise<void> {
  if (process.platform !== 'win32') await killAll(tree, new Set());
}

async function killAll(tree: Tree, seen: Set<number>): Promise<void> {
  for (let round = 0; round < killRounds; round++) {
    if ((await members(tree, seen)).size === 0) return;
    signalAll(tree, seen, 'SIGKILL');
    await pause(shortestPoll);
  }
}

/** The running members; updates `seen`. */
async function members(tree: Tree, seen: Set<number>): Promise<Set<number>> {
  const alive = membersOf(tree, seen, await listProcesses().catch(() => onlyRoot(tree)));
  // The gateway itself and init are never members, whatever a process table says.
  alive.delete(process.pid);
  alive.delete(1);
  seen.clear();
  for (const pid of alive) seen.add(pid);
  return alive;
}

/** If processes can't be listed, only the server's own process and its group can be ended. */
function onlyRoot({ pid, mark }: Tree): ProcessEntry[] {
  try {
    process.kill(pid, 0);
    return [{ pid, parent: 0, group: pid, mark }];
  } catch {
    return [];
  }
}

const everybodyGone = (alive: ReadonlySet<number>): boolean => alive.size === 0;
const rootGone =
  ({ pid }: Tree) =>
  (alive: ReadonlySet<number>): boolean =>
    !alive.has(pid);

/** Whether all have ended; waits for at most the grace period, or until `enough`. */
async function goneWithin(
  tree: Tree,
  seen: Set<number>,
  enough: (alive: ReadonlySet<number>) => boolean,
): Promise<boolean> {
  const end = performance.now() + grace;
  for (let poll = shortestPoll; ; poll = Math.min(poll * 1.5, maxPoll)) {
    const alive = await members(tree, seen);
    if (alive.size === 0 || enough(alive) || performance.now() >= end) return alive.size === 0;
    await pause(poll);
  }
}

function signalAll(tree: Tree, pids: ReadonlySet<number>, signal: NodeJS.Signals): void {
  // The group first, in one signal, so that no member can fork between two signals.
  if (pids.has(tree.pid)) send(-tree.pid, signal);
  for (const pid of pids) send(pid, signal);
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Already ended.
  }
}

async function endTreeOnWindows({ pid }: Tree, closeStdin: () => void): Promise<void> {
  closeStdin();
  await pause(grace);
  // Fails if the process has already ended, which is fine.
  await promisify(execFile)('taskkill', ['/T', '/F', '/PID', String(pid)]).catch(() => undefined);
}
