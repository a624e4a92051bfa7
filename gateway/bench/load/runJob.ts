import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Command, Job, LoadResult, Report } from './job.ts';

const generator = fileURLToPath(new URL('generator.ts', import.meta.url));
/** On top of the round's own times: opening sessions, which for some peers starts a process each. */
const slackMs = 60_000;

/** Called right before the first measured call and right after the last answer, when nothing is in flight. */
export interface Marks {
  start(): void;
  end(): void;
}

/** Runs one job in a load generator of its own. @throws Error when a call fails, the round hangs or `signal` aborts. */
export async function runJob(job: Job, marks: Marks, signal: AbortSignal): Promise<LoadResult> {
  signal.throwIfAborted();
  const child = fork(generator, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const kill = (): void => void child.kill('SIGKILL');
  const watchdog = setTimeout(kill, job.warmUpMs + job.durationMs + slackMs);
  signal.addEventListener('abort', kill);
  try {
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    tell(child, { type: 'job', job });
    await reported(child, 'ready');
    marks.start();
    tell(child, { type: 'go' });
    const { result } = await reported(child, 'measured');
    marks.end();
    tell(child, { type: 'finish' });
    await ended;
    return result;
  } finally {
    clearTimeout(watchdog);
    signal.removeEventListener('abort', kill);
    kill();
  }
}

function tell(child: ChildProcess, command: Command): void {
  child.send(command);
}

function reported<T extends Report['type']>(
  child: ChildProcess,
  type: T,
): Promise<Extract<Report, { type: T }>> {
  return new Promise((resolve, reject) => {
    const onExit = (): void =>
      reject(new Error('The load generator ended early, or was ended because the round hung.'));
    child.once('exit', onExit);
    child.once('message', (report: Report) => {
      child.off('exit', onExit);
      if (report.type === type) resolve(report as Extract<Report, { type: T }>);
      else reject(new Error(report.type === 'failed' ? report.message : `unexpected report ${report.type}`));
    });
  });
}
