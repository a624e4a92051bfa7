import { rpc, type Caller } from '../../harness/rpc.ts';
import { turns, type Setting } from '../setting.ts';

type Args = Readonly<Record<string, unknown>>;

/** Calls by their share; what is hostile fails, and must fail alone. */
const mix: readonly (readonly [share: number, tool: string, args: Args])[] = [
  [50, 'plain__echo', { text: 'x'.repeat(250) }],
  [10, 'plain__echo', { text: 'x'.repeat(60_000) }],
  [10, 'shared__echo', { text: 'x'.repeat(250) }],
  [10, 'plain__slow', { ms: 50 }],
  [10, 'boxed__echo', { text: 'x'.repeat(250) }],
  [5, 'remote__test_simple_text', {}],
  [5, 'plain__exotic', {}],
  [4, 'plain__nonesuch', {}],
  [3, 'nonesuch__echo', {}],
  [2, 'hostile__garbage', { lines: 50 }],
  [2, 'hostile__flood_stderr', { bytes: 100_000 }],
  [1, 'hostile__duplicate', {}],
  [1, 'hostile__foreign', {}],
  [1, 'hostile__huge', { bytes: 2_000_000 }],
  [0.02, 'hostile__exit', {}],
  [0.02, 'hostile__half', {}],
  [0.05, 'hostile__hang', {}],
  [0.01, 'boxed__exit', {}],
];

/** Calls without a session, one after the other. Every echo carries the name of its call, and must bring it back. */
export function caller(setting: Setting, who: Caller, name: string): Promise<void> {
  const { gateway, seen } = setting;
  const offered = mix.filter(([, tool]) => setting.boxed || !tool.startsWith('boxed__'));
  const total = offered.reduce((sum, [share]) => sum + share, 0);
  return turns(setting, 'calls', async (i) => {
    const [, tool, given] = pick(offered, Math.random() * total);
    const id = `${name}.${i}`;
    const args = tool.endsWith('__echo') ? { ...given, text: `${id} ${String(given['text'])}` } : given;
    const call = { name: tool, arguments: args };
    const reply = await rpc(gateway, who, 'tools/call', call, { headers: { 'X-Request-Id': id } });
    seen.outcome(tool, reply.body.result === undefined ? 'errors' : 'results');
    if (reply.body.result === undefined) return;
    seen.answered.add(id);
    if (tool.endsWith('__echo') && !reply.text.includes(`${id} `)) seen.wrong.push(`${id} (${tool})`);
  });
}

function pick(offered: typeof mix, at: number): (typeof mix)[number] {
  let left = at;
  for (const entry of offered) {
    left -= entry[0];
    if (left <= 0) return entry;
  }
  return [0, 'plain__echo', {}];
}
