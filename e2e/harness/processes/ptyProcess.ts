import { spawn, type ChildProcess } from 'node:child_process';
import { lmcpProgram } from '../commandLine.ts';
import { until } from '../gateway.ts';

/** The command on a terminal of its own (script(1) of util-linux makes one). */
export class PtyProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly exited: Promise<number | null>;
  /** All that was shown, with what was typed. */
  output = '';

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.exited = new Promise((resolve) => child.once('close', resolve));
    child.stdout?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
  }

  static start(folder: string, args: readonly string[], env: Readonly<Record<string, string>>): PtyProcess {
    const words = [process.execPath, lmcpProgram, ...args].map((word) => `'${word}'`).join(' ');
    return PtyProcess.run(folder, words, env);
  }

  /** @param command one, as a shell reads it */
  static run(folder: string, command: string, env: Readonly<Record<string, string>>): PtyProcess {
    // Without its own shell the terminal's first signal would go to it.
    const child = spawn('script', ['-qefc', `exec ${command}`, '/dev/null'], {
      cwd: folder,
      env: { PATH: process.env['PATH'], TERM: 'dumb', SHELL: '/bin/sh', ...env },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    return new PtyProcess(child);
  }

  /** Waits until something is shown that was not waited for before. */
  async shows(text: string): Promise<void> {
    await until(`the terminal shows ${text}`, () => this.#unseen().includes(text), 60_000).catch(
      (error: unknown) => {
        throw new Error(`${String(error)}:\n${this.output}`);
      },
    );
    this.#seen = this.output.indexOf(text, this.#seen) + text.length;
  }

  type(text: string): void {
    this.#child.stdin?.write(text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill('SIGKILL');
    await this.exited;
  }

  #seen = 0;

  #unseen(): string {
    return this.output.slice(this.#seen);
  }
}
