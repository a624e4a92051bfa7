import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DockerEngine } from '../../../gateway/src/upstream/container/docker/engine/dockerEngine.ts';
import { until } from '../gateway.ts';

/** Without systemd, and on machines with both versions of cgroups, where crun starts nothing. */
export const podmanSettings = (folder: string): string => `
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
[network]
network_config_dir = "${folder}/networks"
`;

/** Podman's service with images and containers of its own, which nothing else on the machine sees. */
export class Podman implements AsyncDisposable {
  readonly engine: DockerEngine;
  readonly socketPath: string;
  readonly #process: ChildProcess;
  readonly #folder: string;

  private constructor(process: ChildProcess, folder: string, socketPath: string) {
    this.#process = process;
    this.#folder = folder;
    this.socketPath = socketPath;
    this.engine = new DockerEngine({ socketPath });
  }

  static async start(): Promise<Podman> {
    const folder = await mkdtemp(join(tmpdir(), 'lmcp-podman-'));
    await mkdir(join(folder, 'networks'));
    const configuration = join(folder, 'containers.conf');
    await writeFile(configuration, podmanSettings(folder));
    const socketPath = join(folder, 'podman.sock');
    const own = [
      '--root',
      join(folder, 'root'),
      '--runroot',
      join(folder, 'run'),
      '--storage-driver',
      'overlay',
    ];
    const child = spawn('podman', [...own, 'system', 'service', '--time=0', `unix://${socketPath}`], {
      env: { ...process.env, CONTAINERS_CONF: configuration },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const podman = new Podman(child, folder, socketPath);
    await until('podman answers', async () => {
      if (child.exitCode !== null) throw new Error(`podman ended with ${child.exitCode}: ${said}`);
      return podman.engine.release().then(
        () => true,
        () => false,
      );
    });
    return podman;
  }

  /** Copies an image of the Docker engine. */
  load(image: string): void {
    const archive = join(this.#folder, 'image.tar');
    execFileSync('docker', ['save', '--output', archive, image]);
    this.client('load', '--quiet', '--input', archive);
  }

  /** What Podman's own client prints. */
  client(...args: string[]): string {
    return execFileSync('podman', ['--url', `unix://${this.socketPath}`, ...args], { encoding: 'utf8' });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill();
    await ended;
    // Its storage stays mounted as long as one of its containers has been.
    execFileSync('sh', [
      '-c',
      'umount --recursive "$1" 2>/dev/null || true',
      'sh',
      join(this.#folder, 'root/overlay'),
    ]);
    await rm(this.#folder, { recursive: true, force: true });
  }
}
