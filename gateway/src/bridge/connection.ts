/** How the bridge reaches the gateway; `lmcp stdio --connection` prints it. */
export interface Connection {
  /** `http://127.0.0.1:7345/mcp`, or `/mcp/<server>` below it. */
  readonly url: string;
  readonly clientId: string;
  readonly token: string;
  /** Base64 of the key by which the gateway proves to be the registry's own; null where the person named the address. */
  readonly key: string | null;
}
