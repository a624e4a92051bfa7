import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A registry of npm with one package, which containers reach as `host.docker.internal`. */
export class NpmRegistry implements AsyncDisposable {
  /** Paths that were asked for. */
  readonly asked: string[] = [];
  readonly #server: Server;
  readonly #folder: string;

  private constructor(server: Server, folder: string) {
    this.#server = server;
    this.#folder = folder;
  }

  /** @param program the file that `npx NAME` runs */
  static async serve(name: string, program: string): Promise<NpmRegistry> {
    const folder = await mkdtemp(join(tmpdir(), 'lmcp-npm-'));
    const manifest = { name, version: '1.0.0', type: 'module', bin: 'program.mjs' };
    await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
    const text = await readFile(program, 'utf8');
    await writeFile(join(folder, 'program.mjs'), `#!/usr/bin/env node\n${text}`);
    execFileSync('npm', ['pack', '--silent', '--ignore-scripts'], { cwd: folder });
    const file = `${name}-1.0.0.tgz`;
    const tarball = await readFile(join(folder, file));
    const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
    const server = createServer();
    const registry = new NpmRegistry(server, folder);
    server.on('request', ({ url = '', headers }, response) => {
      registry.asked.push(url);
      if (url === `/${file}`) return void response.end(tarball);
      if (url !== `/${name}`) return void response.writeHead(404).end('{}');
      const dist = { tarball: `http://${headers.host}/${file}`, integrity };
      const versions = { '1.0.0': { ...manifest, dist } };
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify({ name, 'dist-tags': { latest: '1.0.0' }, versions }));
    });
    await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
    return registry;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    await rm(this.#folder, { recursive: true });
  }
}
