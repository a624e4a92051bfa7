/** How the bridge reaches the gateway; `lmcp stdio --connection` prints it. */
export interface Connection {
  /** `http://127.0.0.1:7345/mcp`, or `/mcp/<server>` below it. */
  readonly url: string;
  readonly clientId: string;
  /** Null: the socket identifies the client. */
  readonly token: string | null;
  /** Path of the Unix socket that is connected to in place of the address; null: there is none. */
  readonly socket: string | null;
  /** PEM of the gateway's certificate; null where it is reached without TLS, or the system's authorities decide. */
  readonly certificate: string | null;
  /** Base64 of the key by which the gateway proves to be the registry's own; null where the person named the address. */
  readonly key: string | null;
}
