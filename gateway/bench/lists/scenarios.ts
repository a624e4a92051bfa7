import type { Setting } from '../contenders/contender.ts';

/** Servers of the benchmark's own, and what each lists. */
export interface Scenario {
  readonly name: string;
  readonly servers: number;
  readonly toolsEach: number;
  /** Length of the descriptions. */
  readonly characters: number;
}

/** As many tools and bytes as 34 popular servers from npm list, and as many tools as anybody has. */
export const scenarios: readonly Scenario[] = [
  { name: '34 servers', servers: 34, toolsEach: 18, characters: 2000 },
  { name: '2,000 tools', servers: 20, toolsEach: 100, characters: 500 },
];

/** The registry's entries. */
export function serversOf(
  { servers, toolsEach, characters }: Scenario,
  { server: [program, ...args] }: Setting,
): Record<string, object> {
  const entry = { command: program, args: [...args, String(toolsEach), String(characters)] };
  return Object.fromEntries(Array.from({ length: servers }, (_, n) => [`server-${n + 1}`, entry]));
}
