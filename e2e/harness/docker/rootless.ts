import { spawn, type ChildProcess } from 'node:child_process';
import { chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DockerEngine } from '../../../gateway/src/upstream/container/docker/engine/dockerEngine.ts';
import { until } from '../gateway.ts';
import { podmanSettings } from './podman.ts';

/** A user without rights that every Debian machine has. */
const user = { name: 'nobody', id: 65_534 };

export type RootlessKind = 'Docker' | 'Podman';

/**
 * A rootless engine as an unprivileged user runs it, with folders of its own. It has no network for containers; on machines with
 * cgroup v1 it can limit nothing.
 */
export class RootlessEngine implements AsyncDisposable {
  readonly socketPath: string;
  readonly engine: DockerEngine;
  readonly #process: ChildProcess;
  readonly #folder: string;

  private constructor(process: ChildProcess, folder: string, socketPath: string) {
    this.#process = process;
    this.#folder = folder;
    this.socketPath = socketPath;
    this.engine = new DockerEngine({ socketPath });
  }

  static async start(kind: RootlessKind): Promise<RootlessEngine> {
    const folder = await mkdtemp(join(tmpdir(), 'lmcp-rootless-'));
    await chown(folder, user.id, user.id);
    const run = join(folder, 'run');
    await mkdir(run, { mode: 0o700 });
    await chown(run, user.id, user.id);
    await writeFile(join(folder, 'containers.conf'), podmanSettings(folder), { mode: 0o644 });
    await writeFile(join(folder, 'subid'), `${user.name}:300000:65536\n`, { mode: 0o644 });
    const socketPath = join(run, 'engine.sock');
    const child = spawn('unshare', ['--mount', 'sh', '-euc', scripts[kind], 'sh', folder, socketPath], {
      env: { PATH: `${engineFolders}:${process.env['PATH']}` },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4_000)));
    const rootless = new RootlessEngine(child, folder, socketPath);
    try {
      await until(`rootless ${kind} answers`, async () => {
        if (child.exitCode !== null) throw new Error(`rootless ${kind} ended with ${child.exitCode}`);
        return rootless.engine.release().then(
          () => true,
          () => false,
        );
      });
    } catch (error) {
      await rootless[Symbol.asyncDispose]();
      throw new Error(said, { cause: error });
    }
    return rootless;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode === null) {
      const ended = new Promise((resolve) => this.#process.once('exit', resolve));
      this.#process.kill();
      await ended;
    }
    // It keeps the namespaces of its user, also without a container.
    const pause = await readFile(join(this.#folder, 'run/libpod/tmp/pause.pid'), 'utf8').catch(
      () => undefined,
    );
    if (pause !== undefined) process.kill(Number(pause));
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** Where docker/engine/engine.sh puts the engine. */
const engineFolders = '/opt/lmcp-engine/usr/sbin:/opt/lmcp-engine/usr/bin';

const asUser = `exec env -i PATH="$PATH" HOME="$1" XDG_RUNTIME_DIR="$1/run" CONTAINERS_CONF="$1/containers.conf" \\
  setpriv --reuid=${user.name} --regid=${user.id} --clear-groups`;

/** Its further users and its TUN device, without a change of the machine's own files; then what dockerd-rootless.sh does. */
const docker = `
mount --make-rprivate /
mount --bind "$1/subid" /etc/subuid
mount --bind "$1/subid" /etc/subgid
mknod --mode=666 "$1/tun" c 10 200
mount --bind "$1/tun" /dev/net/tun
${asUser} rootlesskit --net=slirp4netns --disable-host-loopback --copy-up=/etc --copy-up=/run --state-dir="$1/run/kit" sh -euc '
  rm -rf /run/docker /run/containerd /run/xtables.lock
  exec dockerd --rootless --host "unix://$2" --data-root "$1/data" --exec-root "$1/run/exec" --pidfile "$1/run/pid" \\
    --bridge none --iptables=false --ip6tables=false --storage-driver vfs --log-level error' sh "$1" "$2"`;

const podman = `
mount --make-rshared /
${asUser} podman --storage-driver vfs system service --time=0 "unix://$2"`;

const scripts: Readonly<Record<RootlessKind, string>> = { Docker: docker, Podman: podman };
