import { chmod, chown, lstat, mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { socketKeyOf } from '../clients/connectionIdentity.ts';
import { messageOf } from '../errors.ts';
import type { HttpServer } from '../http/server.ts';
import { accountId } from '../local/accountId.ts';
import { ourselves, type Person } from '../local/folderFault.ts';
import { maxSocketPathBytes } from '../local/socketPath.ts';
import type { Logger } from '../logger.ts';
import { replaceableFault } from '../registry/file/custody.ts';
import type { Client, ClientSocket, Registry } from '../registry/types.ts';

interface OpenSocket {
  readonly key: string;
  readonly close: () => Promise<void>;
}

/**
 * The Unix sockets of clients (`clients.<id>.socket`): opened with the gateway, and again with each change of the registry. Who may
 * connect to one is decided by the system before anything of a connection is read, so a socket is at its path only once its owner,
 * group and mode are those of the registry.
 */
export class ClientSockets {
  readonly #http: Pick<HttpServer, 'listenAtClientSocket'>;
  readonly #logger: Logger;
  readonly #open = new Map<string, OpenSocket>();
  #queue: Promise<void> = Promise.resolve();

  constructor(http: Pick<HttpServer, 'listenAtClientSocket'>, logger: Logger) {
    this.#http = http;
    this.#logger = logger;
  }

  /** Opens them all. @throws Error in words, of the first that can't be opened */
  async open(registry: Registry): Promise<void> {
    for (const client of registry.clients.values())
      if (client.socket !== null) await this.#add(client.id, client.socket);
  }

  /** Closes what is not wanted any more immediately and opens what is new; what can't be opened is warned of. */
  follow(registry: Registry): Promise<void> {
    this.#queue = this.#queue.then(() => this.#change(registry.clients));
    return this.#queue;
  }

  async close(): Promise<void> {
    await this.#queue;
    for (const clientId of [...this.#open.keys()]) await this.#remove(clientId);
  }

  async #change(clients: ReadonlyMap<string, Client>): Promise<void> {
    for (const [clientId, { key }] of [...this.#open]) {
      const socket = clients.get(clientId)?.socket ?? null;
      if (socket === null || socketKeyOf(socket) !== key) await this.#remove(clientId);
    }
    for (const { id, socket } of clients.values()) {
      if (socket === null || this.#open.has(id)) continue;
      await this.#add(id, socket).catch((error: unknown) => this.#logger.error(messageOf(error)));
    }
  }

  async #add(clientId: string, socket: ClientSocket): Promise<void> {
    const person = ourselves();
    try {
      if (person === undefined)
        throw new Error('this system has no Unix sockets with permissions. Use a token');
      const key = socketKeyOf(socket);
      const close = await this.#listen(socket, { clientId, key }, person);
      this.#open.set(clientId, { key, close });
    } catch (error) {
      throw new Error(
        `the socket of client "${clientId}" is not open: clients.${clientId}.socket: ${messageOf(error)}`,
      );
    }
  }

  async #listen(
    socket: ClientSocket,
    identity: { readonly clientId: string; readonly key: string },
    person: Person,
  ): Promise<() => Promise<void>> {
    const { path } = socket;
    const ids = { owner: await idOf('user', socket.owner), group: await idOf('group', socket.group) };
    await prepareFolder(dirname(path), person);
    await removeOurs(path, person);
    // Nobody else reaches this folder: the socket has its permissions before anybody can connect.
    const hidden = await mkdtemp(join(dirname(path), '.lmcp-'));
    const made = join(hidden, 's');
    if (Buffer.byteLength(made) > maxSocketPathBytes || Buffer.byteLength(path) > maxSocketPathBytes) {
      await rm(hidden, { recursive: true });
      throw new Error(`${path} is too long for a socket. Use a shorter path`);
    }
    let end: (() => void) | undefined;
    try {
      end = await this.#http.listenAtClientSocket(made, identity);
      await chmod(made, socket.mode);
      if (ids.owner !== null || ids.group !== null)
        await chown(made, ids.owner ?? person.uid, ids.group ?? (await stat(made)).gid);
      await rename(made, path);
    } catch (error) {
      end?.();
      throw error;
    } finally {
      await rm(hidden, { recursive: true, force: true });
    }
    const stop = end;
    return async () => {
      stop();
      await rm(path, { force: true });
    };
  }

  async #remove(clientId: string): Promise<void> {
    const open = this.#open.get(clientId);
    this.#open.delete(clientId);
    await open?.close();
  }
}

async function idOf(kind: 'user' | 'group', name: string | null): Promise<number | null> {
  if (name === null) return null;
  const id = await accountId(kind, name);
  if (id === undefined)
    throw new Error(`this system has no ${kind} ${name}. Correct ${kind === 'user' ? 'owner' : 'group'}`);
  return id;
}

/** Anyone who may write the folder could put a socket of their own there, and be sent what the client asks. */
async function prepareFolder(folder: string, { uid }: Person): Promise<void> {
  await mkdir(folder, { mode: 0o755 }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  });
  const found = await stat(folder);
  if (!found.isDirectory()) throw new Error(`${folder} is not a folder`);
  if (found.uid !== uid && found.uid !== 0)
    throw new Error(`${folder} belongs to user ${found.uid}. Use a folder of LMCP's user or of root`);
  if ((found.mode & 0o022) !== 0)
    throw new Error(
      `others may write ${folder} and replace ${basename(folder)}'s sockets: chmod go-w ${folder}, or use another folder`,
    );
  const fault = await replaceableFault(folder);
  if (fault !== undefined) throw new Error(`others may replace ${folder}: ${fault}, or use another folder`);
}

/** What a gateway that was killed left there. Anything else stays. */
async function removeOurs(path: string, { uid }: Person): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return;
  if (!found.isSocket())
    throw new Error(`${path} is there already, and is not a socket. Remove it, or use another path`);
  // A socket that was given away belongs to another user; only root can have done that.
  if (found.uid !== uid && uid !== 0)
    throw new Error(`${path} belongs to user ${found.uid}. Remove it, or use another path`);
  await rm(path);
}
