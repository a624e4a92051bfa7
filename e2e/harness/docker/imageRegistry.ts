import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Descriptor {
  readonly digest: string;
  readonly mediaType: string;
}

/**
 * The reading half of an image registry (OCI Distribution Specification 1.1, "Pull") over a copy of one image: it
 * replaces the public registries, which tests can't reach. An engine takes it without TLS on 127.0.0.1.
 */
export class ImageRegistry implements AsyncDisposable {
  /** Paths that were asked for. */
  readonly asked: string[] = [];
  /** Set to keep every blob from being answered. */
  stalled = false;
  readonly #server: Server;
  readonly #folder: string;
  readonly #manifest: Descriptor;

  private constructor(server: Server, folder: string, manifest: Descriptor) {
    this.#server = server;
    this.#folder = folder;
    this.#manifest = manifest;
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      void this.#answer(request, response);
    });
  }

  /** Serves a copy of the image that the engine itself does not have: what it has it would not fetch. */
  static async serve(image: string): Promise<ImageRegistry> {
    const folder = await mkdtemp(join(tmpdir(), 'lmcp-images-'));
    const tar = join(folder, 'image.tar');
    const copy = `lmcp-served:${randomUUID()}`;
    const build = ['build', '--quiet', '--label', `copy=${copy}`, '--tag', copy, '-'];
    execFileSync('docker', build, { input: `FROM ${image}\n`, stdio: ['pipe', 'ignore', 'inherit'] });
    execFileSync('docker', ['save', '--output', tar, copy]);
    execFileSync('docker', ['rmi', copy], { stdio: 'ignore' });
    execFileSync('tar', ['--extract', '--file', tar, '--directory', folder]);
    const index = JSON.parse(await readFile(join(folder, 'index.json'), 'utf8')) as {
      manifests: Descriptor[];
    };
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const [manifest] = index.manifests;
    if (manifest === undefined) throw new Error(`docker save gave no manifest of ${image}`);
    return new ImageRegistry(server, folder, manifest);
  }

  /** The name of the image here, without a tag. */
  get repository(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}/servers/fixture`;
  }

  /** Of the image's manifest, as `sha256:…`. */
  get digest(): string {
    return this.#manifest.digest;
  }

  async #answer({ url = '', method }: IncomingMessage, response: ServerResponse): Promise<void> {
    this.asked.push(url);
    if (url === '/v2/') return void response.end('{}');
    const [, kind, reference = ''] = /^\/v2\/servers\/fixture\/(manifests|blobs)\/(.+)$/.exec(url) ?? [];
    const digest = kind === 'manifests' && reference === 'tagged' ? this.digest : reference;
    const path = join(this.#folder, 'blobs', digest.replace(':', '/'));
    const size = /^sha256:[0-9a-f]{64}$/.test(digest)
      ? await stat(path).then(
          (found) => found.size,
          () => undefined,
        )
      : undefined;
    if (size === undefined) return void response.writeHead(404).end('{"errors":[{"code":"NOT_FOUND"}]}');
    if (kind === 'blobs' && this.stalled) return;
    response.writeHead(200, {
      'Content-Type': kind === 'manifests' ? this.#manifest.mediaType : 'application/octet-stream',
      'Content-Length': size,
      'Docker-Content-Digest': digest,
    });
    if (method === 'HEAD') response.end();
    else createReadStream(path).pipe(response);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    await rm(this.#folder, { recursive: true, force: true });
  }
}
