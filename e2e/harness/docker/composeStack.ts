import { execFile, execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DockerComposeEnvironment, type StartedDockerComposeEnvironment } from 'testcontainers';
import { realEngine, type ToolText } from './containers.ts';
import { root } from '../gateway.ts';

const run = promisify(execFile);

interface RpcAnswer {
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** The product as `docker compose up` starts it in a folder of its own, as in a fresh clone: no registry, no logs. */
export class ComposeStack implements AsyncDisposable {
  readonly folder: string;
  /** Of the client that the first registry names. */
  readonly token: string;
  readonly #project: string;
  readonly #settings: Readonly<Record<string, string>>;
  readonly #stack: StartedDockerComposeEnvironment;

  private constructor(
    folder: string,
    token: string,
    project: string,
    settings: Readonly<Record<string, string>>,
    stack: StartedDockerComposeEnvironment,
  ) {
    this.folder = folder;
    this.token = token;
    this.#project = project;
    this.#settings = settings;
    this.#stack = stack;
  }

  /**
   * @param project also the installation's name, as Compose makes it
   * @param variables beside those that keep it apart from other stacks
   * @param isReadOnly the folder can't be written to, by nobody
   * @param at the folder, where it is not one of its own
   */
  static async up(
    project: string,
    port: number,
    variables: Record<string, string> = {},
    { isReadOnly = false, at }: { readonly isReadOnly?: boolean; readonly at?: string } = {},
  ): Promise<ComposeStack> {
    const folder = at ?? (await mkdtemp(join(tmpdir(), 'lmcp-compose-')));
    const settings = { PWD: folder, LMCP_PORT: String(port), ...variables };
    await copyCheckout(folder);
    if (isReadOnly) {
      for (const options of ['bind', 'remount,ro,bind']) {
        await run('mount', ['-o', options, folder, folder]);
      }
    }
    const stack = await new DockerComposeEnvironment(folder, 'compose.yaml')
      .withProjectName(project)
      .withEnvironment(settings)
      .up();
    const config = variables['LMCP_CONFIG_DIR'] ?? join(folder, 'config');
    const registry = await readFile(join(config, 'registry.yaml'), 'utf8');
    const token = /vscode:\s+token: "([^"]+)"/.exec(registry)?.[1] ?? '';
    return new ComposeStack(folder, token, project, settings, stack);
  }

  /** What people type beside `up` and `down`. */
  async compose(...args: string[]): Promise<string> {
    const { stdout } = await run('docker', ['compose', '-p', this.#project, ...args], {
      cwd: this.folder,
      env: { ...process.env, ...this.#settings },
      maxBuffer: 16 * 1024 ** 2,
    });
    return stdout;
  }

  /** One request of the client that the first registry names. */
  async rpc(method: string, params: object): Promise<RpcAnswer> {
    const response = await fetch(`http://127.0.0.1:${this.#settings['LMCP_PORT']}/mcp`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${this.token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    });
    return (await response.json()) as RpcAnswer;
  }

  /** @throws Error where the call is not answered with a result */
  async call(name: string, args: object = {}): Promise<ToolText> {
    const { result, error } = await this.rpc('tools/call', { name, arguments: args });
    if (error) throw new Error(error.message);
    const { content, isError = false } = result as { content: { text: string }[]; isError?: boolean };
    return { text: content[0]?.text ?? '', isError };
  }

  /** The container of a service. */
  idOf(service: string): string {
    return this.#stack.getContainer(`${service}-1`).getId();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.down({ removeVolumes: true });
    const { docker } = realEngine();
    const { Volumes: caches } = await docker.listVolumes({
      filters: { name: [`lmcp-cache-${this.#project}.`] },
    });
    await Promise.all(caches.map(({ Name: name }) => docker.getVolume(name).remove()));
    await docker.getImage(`${this.#project}:local`).remove({ force: true });
    await run('umount', [this.folder]).catch(() => undefined);
    // What the sealer sealed not even root can delete.
    await run('chattr', ['-R', '-a', join(this.folder, 'logs')]).catch(() => undefined);
    await rm(this.folder, { recursive: true });
  }
}

/** What a clone has, in a folder that may have other files. */
export async function copyCheckout(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  for (const file of listed.split('\0').filter((name) => name !== '' && !name.startsWith('e2e/'))) {
    await cp(join(root, file), join(folder, file)).catch((error: unknown) => {
      // Listed, and removed in the working tree.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    });
  }
}
