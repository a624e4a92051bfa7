/** Where the load goes: a gateway's endpoint, or the server itself over its stdio. */
export type Target =
  | {
      readonly kind: 'http';
      readonly url: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly tool: string;
    }
  | { readonly kind: 'stdio'; readonly argv: readonly [string, ...string[]]; readonly tool: string };

/** One round for the load generator. */
export interface Job {
  readonly target: Target;
  /** How many callers, each with one call in flight; over HTTP each has a connection and an MCP session of its own. */
  readonly connections: number;
  readonly warmUpMs: number;
  readonly durationMs: number;
  /** Bytes of text that each call sends and gets back. */
  readonly payloadBytes: number;
}

/** What one round gave. */
export interface LoadResult {
  readonly calls: number;
  /** From the first call's start to the last one's answer. */
  readonly elapsedMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** CPU of the load generator itself in that time: where it nears a whole core, it is the bottleneck. */
  readonly generatorCpuMs: number;
}

/** From the benchmark to the generator: `go` starts the measured part, `finish` ends sessions and process. */
export type Command =
  { readonly type: 'job'; readonly job: Job } | { readonly type: 'go' } | { readonly type: 'finish' };

/** From the generator to the benchmark: `ready` follows the warm-up; nothing is in flight then, nor after `measured`. */
export type Report =
  | { readonly type: 'ready' }
  | { readonly type: 'measured'; readonly result: LoadResult }
  | { readonly type: 'failed'; readonly message: string };
