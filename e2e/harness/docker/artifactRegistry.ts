import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestOf, type Artifact } from '../../../gateway/src/upstream/container/signature/testing/cosign.ts';
import { freePort, until } from '../gateway.ts';

const octets = { 'Content-Type': 'application/octet-stream' };

/** Debian's image registry on loopback, with one repository that images and what is beside them are put into. */
export class ArtifactRegistry implements AsyncDisposable {
  readonly repository: string;
  readonly #process: ChildProcess;
  readonly #folder: string;
  readonly #base: string;

  private constructor(port: number, process: ChildProcess, folder: string) {
    this.repository = `127.0.0.1:${port}/servers/fixture`;
    this.#base = `http://127.0.0.1:${port}/v2/servers/fixture`;
    this.#process = process;
    this.#folder = folder;
  }

  static async serve(): Promise<ArtifactRegistry> {
    const folder = await mkdtemp(join(tmpdir(), 'lmcp-artifacts-'));
    const port = await freePort();
    const config = join(folder, 'config.yml');
    const settings = {
      version: 0.1,
      log: { level: 'error' },
      storage: { filesystem: { rootdirectory: join(folder, 'data') } },
      http: { addr: `127.0.0.1:${port}` },
    };
    // JSON is YAML.
    await writeFile(config, JSON.stringify(settings));
    const child = spawn('docker-registry', ['serve', config], { stdio: 'ignore' });
    const registry = new ArtifactRegistry(port, child, folder);
    await until('the registry answers', async () => {
      if (child.exitCode !== null) throw new Error(`docker-registry ended with ${child.exitCode}`);
      return fetch(`http://127.0.0.1:${port}/v2/`).then(
        ({ ok }) => ok,
        () => false,
      );
    });
    return registry;
  }

  /** Puts a manifest with its blobs under a tag or its digest. */
  async put(reference: string, { manifest, blobs }: Artifact): Promise<void> {
    for (const blob of blobs) {
      const upload = await fetch(`${this.#base}/blobs/uploads/`, { method: 'POST' });
      const to = new URL(upload.headers.get('location') ?? '', this.#base);
      to.searchParams.set('digest', digestOf(blob));
      await put(to, blob, octets);
    }
    const type = manifest['mediaType'] as string;
    await put(`${this.#base}/manifests/${reference}`, JSON.stringify(manifest), { 'Content-Type': type });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill();
    await ended;
    await rm(this.#folder, { recursive: true, force: true });
  }
}

async function put(url: string | URL, body: Buffer | string, headers: Record<string, string>): Promise<void> {
  const response = await fetch(url, { method: 'PUT', body: new Uint8Array(Buffer.from(body)), headers });
  if (!response.ok) throw new Error(`the registry answered ${response.status}: ${await response.text()}`);
}
