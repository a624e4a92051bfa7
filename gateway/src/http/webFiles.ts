import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';

/** One file of the built web interface. */
export interface WebFile {
  readonly type: string;
  readonly body: Buffer;
  /** Its name changes with its content. */
  readonly immutable: boolean;
}

/** `unbuilt`: there is no interface to serve. `absent`: it has no such file. */
export type FoundWebFile = WebFile | 'absent' | 'unbuilt';

const types: ReadonlyMap<string, string> = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.json', 'application/json; charset=utf-8'],
  ['.txt', 'text/plain; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
  ['.png', 'image/png'],
  ['.ico', 'image/x-icon'],
  ['.woff2', 'font/woff2'],
]);

const page = 'index.html';

/**
 * The built web interface, held in memory. Requests choose among the files that were found, so that no path leads anywhere
 * else; a new build is noticed by its page.
 */
export class WebFiles {
  readonly #folder: string;
  #files: Promise<ReadonlyMap<string, WebFile>> = Promise.resolve(new Map());
  #build = '';

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @param path of the URL below `/ui`, as in `/_app/version.json`; one that no file has and that looks like no file is a page's */
  async find(path: string): Promise<FoundWebFile> {
    const build = await this.#currentBuild();
    if (build === undefined) return 'unbuilt';
    if (build !== this.#build) {
      this.#build = build;
      this.#files = readAll(this.#folder);
    }
    const files = await this.#files;
    return (
      files.get(path.replace(/^\//, '')) ?? (looksLikeFile(path) ? undefined : files.get(page)) ?? 'absent'
    );
  }

  async #currentBuild(): Promise<string | undefined> {
    try {
      const { mtimeMs, size, ino } = await stat(join(this.#folder, page));
      return `${mtimeMs} ${size} ${ino}`;
    } catch {
      return undefined;
    }
  }
}

/** Paths of pages have no dot in their last part: ids have none. */
function looksLikeFile(path: string): boolean {
  return path.startsWith('/_app/') || path.slice(path.lastIndexOf('/')).includes('.');
}

async function readAll(folder: string): Promise<ReadonlyMap<string, WebFile>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(async (entry): Promise<[string, WebFile]> => {
      const file = join(entry.parentPath, entry.name);
      const name = relative(folder, file).split(sep).join('/');
      const type = types.get(extname(name)) ?? 'application/octet-stream';
      return [name, { type, body: await readFile(file), immutable: name.startsWith('_app/immutable/') }];
    });
  return new Map(await Promise.all(files));
}
