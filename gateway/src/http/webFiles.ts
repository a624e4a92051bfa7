import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';

/** One file of the built web interface. */
export interface WebFile {
  readonly type: string;
  readonly body: Buffer;
  /** The same bytes as the build compressed them, by content coding (RFC 9110, 8.4.1), the smallest first. */
  readonly compressed: readonly (readonly [coding: 'br' | 'gzip', body: Buffer])[];
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

/** Endings of the compressed copies that the build puts beside its files. */
const codings = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

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
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'));
  const bodies = new Map(
    await Promise.all(
      names.map(async (name): Promise<[string, Buffer]> => [name, await readFile(join(folder, name))]),
    ),
  );
  const files = names
    .filter((name) => !codings.some(([, ending]) => name.endsWith(ending)))
    .map((name): [string, WebFile] => [name, webFile(name, bodies)]);
  return new Map(files);
}

function webFile(name: string, bodies: ReadonlyMap<string, Buffer>): WebFile {
  return {
    type: types.get(extname(name)) ?? 'application/octet-stream',
    body: bodies.get(name) ?? Buffer.alloc(0),
    compressed: codings.flatMap(([coding, ending]) => {
      const body = bodies.get(`${name}${ending}`);
      return body === undefined ? [] : [[coding, body] as const];
    }),
    immutable: name.startsWith('_app/immutable/'),
  };
}
