import type { Server } from '../../registry/types.ts';
import { definitionDigest } from '../memory/memoryKey.ts';

/** Limits per client and server: number of URIs, and their bytes; the oldest are dropped. */
const most = { uris: 4_000, bytes: 1024 * 1024 } as const;

interface Given {
  /** The server's definition: URIs are forgotten when its command or address changes. */
  readonly definition: string;
  /** Oldest first. */
  readonly uris: Set<string>;
  bytes: number;
}

/** Resources that servers sent to clients beyond their lists: in links, embedded resources, contents and updates. */
export class GivenResources {
  readonly #given = new Map<string, Map<string, Given>>();

  give(server: Server, clientId: string, uris: Iterable<string>): void {
    for (const uri of uris) {
      const size = Buffer.byteLength(uri);
      if (size > most.bytes) continue;
      const given = this.#of(server, clientId);
      if (!given.uris.delete(uri)) given.bytes += size;
      given.uris.add(uri);
      while (given.uris.size > most.uris || given.bytes > most.bytes) dropOldest(given);
    }
  }

  has(server: Server, clientId: string, uri: string): boolean {
    const given = this.#given.get(clientId)?.get(server.id);
    return given?.definition === definitionDigest(server) && given.uris.has(uri);
  }

  /** Bytes of the remembered URIs of all clients. */
  get bytes(): number {
    let sum = 0;
    for (const ofClient of this.#given.values()) for (const { bytes } of ofClient.values()) sum += bytes;
    return sum;
  }

  /** Drops the URIs of removed clients and servers. */
  keepOnly(clients: ReadonlyMap<string, unknown>, servers: ReadonlyMap<string, unknown>): void {
    for (const [clientId, ofClient] of this.#given) {
      if (!clients.has(clientId)) this.#given.delete(clientId);
      for (const serverId of ofClient.keys()) if (!servers.has(serverId)) ofClient.delete(serverId);
    }
  }

  #of(server: Server, clientId: string): Given {
    const ofClient = this.#given.get(clientId) ?? new Map<string, Given>();
    this.#given.set(clientId, ofClient);
    const definition = definitionDigest(server);
    const known = ofClient.get(server.id);
    if (known?.definition === definition) return known;
    const given: Given = { definition, uris: new Set(), bytes: 0 };
    ofClient.set(server.id, given);
    return given;
  }
}

function dropOldest(given: Given): void {
  const [oldest] = given.uris;
  if (oldest === undefined) return;
  given.uris.delete(oldest);
  given.bytes -= Buffer.byteLength(oldest);
}
