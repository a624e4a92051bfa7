import { sleep, type TestGateway } from '../harness/gateway.ts';
import { rpc, type Caller } from '../harness/rpc.ts';

/** What the clients saw. */
export interface Seen {
  calls: number;
  errors: number;
  /** The X-Request-Id of every call that was answered. */
  readonly answered: string[];
}

/** Calls by their share; what is hostile fails, and must fail alone. */
const mix: readonly (readonly [share: number, tool: string, args: object])[] = [
  [60, 'plain__echo', { text: 'x'.repeat(250) }],
  [10, 'plain__echo', { text: 'x'.repeat(60_000) }],
  [10, 'plain__slow', { ms: 50 }],
  [5, 'plain__exotic', {}],
  [4, 'plain__nonesuch', {}],
  [3, 'nonesuch__echo', {}],
  [2, 'hostile__garbage', { lines: 50 }],
  [2, 'hostile__flood_stderr', { bytes: 100_000 }],
  [1, 'hostile__duplicate', {}],
  [1, 'hostile__foreign', {}],
  [1, 'hostile__huge', { bytes: 2_000_000 }],
  [0.3, 'hostile__exit', {}],
  [0.3, 'hostile__half', {}],
  [0.2, 'hostile__hang', {}],
];
const total = mix.reduce((sum, [share]) => sum + share, 0);

/** One worker's calls, until `running` says no. */
export async function worker(
  gateway: TestGateway,
  caller: Caller,
  name: string,
  seen: Seen,
  running: () => boolean,
): Promise<void> {
  for (let i = 0; running(); i++) {
    const [, tool, args] = pick(Math.random() * total);
    const id = `${name}.${i}`;
    const call = { name: tool, arguments: args };
    const reply = await rpc(gateway, caller, 'tools/call', call, { headers: { 'X-Request-Id': id } }).catch(
      () => undefined,
    );
    if (reply === undefined) {
      if (running()) await sleep(50);
      continue;
    }
    seen.calls++;
    if (reply.body.result === undefined) seen.errors++;
    else seen.answered.push(id);
  }
}

function pick(at: number): (typeof mix)[number] {
  let left = at;
  for (const entry of mix) {
    left -= entry[0];
    if (left <= 0) return entry;
  }
  return [0, 'plain__echo', {}];
}
