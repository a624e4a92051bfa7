/** What a command for a container client means beside its words. */
export interface RunContext {
  /** The entry's `env`, `${NAME}` resolved: what `-e NAME` reads. */
  readonly env: ReadonlyMap<string, string>;
  /** Absolute: what relative mount sources resolve against. */
  readonly baseDir: string;
  /** The content of a file of `--env-file`, by its path as written; throws where it can't be read. Undefined: no file can be. */
  readonly readFile?: ((path: string) => string) | undefined;
  readonly engine?: EngineFacts | undefined;
}

/** The engine that the gateway uses, as far as commands name it. */
export interface EngineFacts {
  /** What Docker's default network, `bridge`, is here. */
  readonly defaultNetwork: string;
  /** Whether an endpoint such as `unix:///var/run/docker.sock` is that of the engine. */
  isHost(endpoint: string): boolean;
  /** Whether a context of Docker's client (`docker context ls`) names the engine. */
  isContext(name: string): boolean;
  /** Podman's own socket, where there is one. */
  readonly podmanSocket: string | undefined;
}
