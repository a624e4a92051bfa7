import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { until } from '../gateway.ts';

/** Injects a fault into every fdatasync of a process (strace's syntax) until disposed. */
export class Tracer implements AsyncDisposable {
  readonly #strace: ChildProcess;

  private constructor(strace: ChildProcess) {
    this.#strace = strace;
  }

  static async attach(pid: number, fault: string): Promise<Tracer> {
    const filter = ['-e', 'trace=fdatasync', '-e', `inject=fdatasync:${fault}`];
    const strace = spawn('strace', ['-f', '-qq', '-o', '/dev/null', ...filter, '-p', String(pid)], {
      stdio: 'ignore',
    });
    let failed: Error | undefined;
    strace.once('error', (error) => (failed = error));
    await until('every thread is traced', () => {
      if (failed !== undefined) throw new Error(`this test needs strace: ${failed.message}`);
      return untraced(pid) === '';
    });
    return new Tracer(strace);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const gone = new Promise((resolve) => this.#strace.once('exit', resolve));
    this.#strace.kill('SIGINT');
    await gone;
  }
}

function untraced(pid: number): string {
  const script = `grep -L 'TracerPid:[^0-9]*[1-9]' /proc/${pid}/task/*/status || true`;
  return execFileSync('sh', ['-c', script]).toString();
}
