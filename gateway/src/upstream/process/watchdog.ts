import { spawn, type ChildProcess } from 'node:child_process';
import { instanceVariable } from './environment.ts';

/**
 * A separate process that briefly outlives the gateway, so that no server is left behind even after SIGKILL. It reads
 * from a pipe; when the pipe closes, the gateway has ended, and it kills every process group that it was sent and every
 * process that carries the gateway's mark. A shell, because it takes 1 MB of memory where Node takes 40. It receives
 * only numbers.
 *
 * The second wait is for servers that are exiting by themselves because their stdin closed.
 */
const script = `
trap '' HUP INT TERM
groups=
while read -r line; do groups=$line; done
[ -n "$groups" ] && sleep 1
for round in 1 2 3; do
  for group in $groups; do kill -KILL -- "-$group"; done
  for file in $(grep -la "${instanceVariable}=$1" /proc/[0-9]*/environ); do
    pid=\${file#/proc/}
    kill -KILL "\${pid%/environ}"
  done
  [ -n "$groups" ] || break
  sleep 0.1 || sleep 1
done
`;

/** Kills the gateway's servers when the gateway no longer can. On Windows, their closed stdin is the only signal. */
export class Watchdog {
  readonly #prefix: string;
  readonly #groups = new Set<number>();
  #shell: ChildProcess | undefined;

  /** @param prefix the prefix of every mark of this gateway; letters and digits only */
  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** Ensures that it runs. Call before a server starts, so that no server runs without it. */
  ensure(): void {
    if (process.platform === 'win32' || this.#shell) return;
    const shell = spawn('/bin/sh', ['-c', script, 'lmcp-watchdog', this.#prefix], {
      stdio: ['pipe', 'ignore', 'ignore'],
      // A separate process group: Ctrl-C in the terminal is meant for the gateway.
      detached: true,
      cwd: '/',
      env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin' },
    });
    this.#shell = shell;
    const forget = (): void => {
      if (this.#shell === shell) this.#shell = undefined;
    };
    shell.once('error', forget);
    shell.once('exit', forget);
    shell.stdin.on('error', forget);
    shell.unref();
    // The pipe must not keep the gateway alive; it is a socket with unref, although its type hides that.
    (shell.stdin as unknown as { unref(): void }).unref();
    this.#send();
  }

  watch(group: number): void {
    this.#groups.add(group);
    this.ensure();
    this.#send();
  }

  unwatch(group: number): void {
    this.#groups.delete(group);
    this.#send();
  }

  /** Sends the whole list every time: a write shorter than PIPE_BUF is atomic. */
  #send(): void {
    this.#shell?.stdin?.write([...this.#groups].join(' ') + '\n');
  }
}
