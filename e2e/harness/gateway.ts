import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import type { AuditLine } from '../../gateway/src/audit/types.ts';
import { folderHolds } from './auditLog.ts';
import { lmcpProgram, runToEnd, type CommandResult } from './commandLine.ts';

/** The checkout. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

export interface RegistryInput {
  readonly lmcp?: Readonly<Record<string, unknown>>;
  readonly clients?: Readonly<Record<string, unknown>>;
  readonly servers?: Readonly<Record<string, unknown>>;
}

/** A folder with a registry of its own, and the gateway as a process over it, as a user has it. */
export class TestGateway implements AsyncDisposable {
  readonly folder: string;
  readonly port: number;
  process: ChildProcess | undefined;
  /** All that the gateway has written to stdout and stderr. */
  output = '';
  readonly #tokens = new Set<string>();

  private constructor(folder: string, port: number) {
    this.folder = folder;
    this.port = port;
  }

  static async prepare(registry: RegistryInput): Promise<TestGateway> {
    const folder = await mkdtemp(join(tmpdir(), 'lmcp-e2e-'));
    await mkdir(join(folder, 'config'));
    const gateway = new TestGateway(folder, await freePort());
    await gateway.writeRegistry(registry);
    return gateway;
  }

  static async start(registry: RegistryInput, env: Record<string, string> = {}): Promise<TestGateway> {
    const gateway = await TestGateway.prepare(registry);
    await gateway.run(env);
    return gateway;
  }

  get registryPath(): string {
    return join(this.folder, 'config/registry.yaml');
  }

  get auditPath(): string {
    return join(this.folder, 'logs/audit.log');
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  registryText(): Promise<string> {
    return readFile(this.registryPath, 'utf8');
  }

  async writeRegistry(registry: RegistryInput): Promise<void> {
    for (const token of tokensIn(registry)) this.#tokens.add(token);
    const { lmcp, clients = {}, servers = {} } = registry;
    await this.writeRegistryText(stringify({ lmcp: { port: this.port, ...lmcp }, clients, servers }));
  }

  async writeRegistryText(text: string): Promise<void> {
    // As an editor does it: a file that is being written is never read.
    const whole = `${this.registryPath}.new`;
    await writeFile(whole, text, { mode: 0o600 });
    await rename(whole, this.registryPath);
  }

  /** Starts the process and waits until it answers. */
  async run(env: Record<string, string> = {}): Promise<void> {
    await this.#started(env, () =>
      fetch(`${this.origin}/health`).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
  }

  /** The same for a gateway that plain HTTP does not reach: it is ready when it says so. */
  async runQuietly(env: Record<string, string> = {}): Promise<void> {
    await this.#started(env, () => this.output.includes('Management is '));
  }

  async #started(env: Record<string, string>, isReady: () => boolean | Promise<boolean>): Promise<void> {
    const child = spawn(process.execPath, [lmcpProgram, 'serve', '--registry', this.registryPath], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.process = child;
    child.stdout.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    for (;;) {
      if (child.exitCode !== null)
        throw new Error(`the gateway ended with ${child.exitCode}:\n${this.output}`);
      if (await isReady()) return;
      await sleep(20);
    }
  }

  /** Sends a signal and gives the exit code (null when a signal ended it). */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    const child = this.process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null)
      return child?.exitCode ?? null;
    const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
    child.kill(signal);
    return ended;
  }

  /** The lines of the first segment so far, oldest first; one that is being written is not there yet. */
  async audit(): Promise<AuditLine[]> {
    const text = await readFile(this.auditPath, 'utf8');
    return text
      .split('\n')
      .slice(0, -1)
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as AuditLine);
  }

  /** Runs an lmcp command against this registry. */
  async cli(...args: string[]): Promise<CommandResult> {
    return runToEnd([lmcpProgram, ...args, '--registry', this.registryPath]);
  }

  /** The same, with what the kernel counted at its end (/proc/self/io) instead of its output. */
  async cliMeasured(...args: string[]): Promise<CommandResult> {
    const show = `process.on('exit', () => process.stderr.write(fs.readFileSync('/proc/self/io')));`;
    const flags = ['--import', `data:text/javascript,import fs from 'node:fs';${encodeURIComponent(show)}`];
    const result = await runToEnd([...flags, lmcpProgram, ...args, '--registry', this.registryPath]);
    return { ...result, stdout: result.stderr };
  }

  /** Every test that ends its gateway also shows that no token of its registry was written anywhere else. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    const tokens = [...this.#tokens];
    const leaked =
      tokens.some((token) => this.output.includes(token)) ||
      (await folderHolds(dirname(this.auditPath), tokens));
    await rm(this.folder, { recursive: true, force: true });
    if (leaked) {
      throw new Error('a token of the registry is in the output of the gateway or in its audit log');
    }
  }
}

/** The tokens that are in a registry in clear. */
function tokensIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]): string[] => {
    if (key !== 'token' && key !== 'management_token') return tokensIn(member);
    const all: unknown[] = Array.isArray(member) ? member : [member];
    return all.filter((token): token is string => typeof token === 'string' && token.length >= 16);
  });
}

/** A port that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Waits until something is true, for at most 20 s. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  limitMs = 20_000,
): Promise<void> {
  const end = Date.now() + limitMs;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`timed out waiting until ${what}`);
    await sleep(25);
  }
}
