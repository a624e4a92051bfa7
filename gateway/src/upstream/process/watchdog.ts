import { spawn, type ChildProcess } from 'node:child_process';
import { instanceVariable } from './environment.ts';

/**
 * A process of its own that outlives the gateway for a moment: even when the gateway is killed with SIGKILL, no server
 * stays behind. It holds one end of a pipe; when that closes, the gateway is gone, and it kills every process group it
 * was told of and every process that carries the gateway's mark. A shell, because it takes a megabyte where Node takes
 * forty. It is told nothing but numbers.
 *
 * The second wait is for servers that are just ending by themselves because their stdin closed.
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

/** Kills the gateway's servers when the gateway can no longer do it itself. On Windows they notice by their closed stdin alone. */
export class Watchdog {
  readonly #prefix: string;
  readonly #groups = new Set<number>();
  #shell: ChildProcess | undefined;

  /** @param prefix what every mark of this gateway starts with; letters and digits only */
  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** Makes sure that it runs: before a server starts, so that there is no moment without it. */
  ensure(): void {
    if (process.platform === 'win32' || this.#shell) return;
    const shell = spawn('/bin/sh', ['-c', script, 'lmcp-watchdog', this.#prefix], {
      stdio: ['pipe', 'ignore', 'ignore'],
      // A group of its own: Ctrl-C in the terminal is meant for the gateway.
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
    // The pipe must not keep the gateway alive either; a socket has unref, although the type of a pipe hides it.
    (shell.stdin as unknown as { unref(): void }).unref();
    this.#tell();
  }

  watch(group: number): void {
    this.#groups.add(group);
    this.ensure();
    this.#tell();
  }

  unwatch(group: number): void {
    this.#groups.delete(group);
    this.#tell();
  }

  /** The whole list every time: a line shorter than PIPE_BUF arrives whole or not at all. */
  #tell(): void {
    this.#shell?.stdin?.write([...this.#groups].join(' ') + '\n');
  }
}
