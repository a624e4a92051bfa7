import type { Task } from './tasks.ts';

/** At which place the first of the tools that fit was found, from 1; undefined where none was. */
export interface Ranked {
  readonly task: Task;
  /** With the task alone. */
  readonly alone: number | undefined;
  /** With the task and its three further wordings. */
  readonly worded: number | undefined;
  /** What was found with them, the best first. */
  readonly found: readonly string[];
}

/** Shares of the tasks, from 0 to 1. */
export interface Score {
  readonly tasks: number;
  /** The right tool is the first, or among the first five. */
  readonly alone: Placed;
  readonly worded: Placed;
}

interface Placed {
  readonly first: number;
  readonly five: number;
}

export function rankOf({ tools }: Task, found: readonly string[]): number | undefined {
  const place = found.findIndex((name) => tools.includes(name));
  return place === -1 ? undefined : place + 1;
}

/** @param ranked not empty */
export function scoreOf(ranked: readonly Ranked[]): Score {
  const placed = (places: readonly (number | undefined)[]): Placed => ({
    first: places.filter((place) => place === 1).length / places.length,
    five: places.filter((place) => place !== undefined && place <= 5).length / places.length,
  });
  return {
    tasks: ranked.length,
    alone: placed(ranked.map(({ alone }) => alone)),
    worded: placed(ranked.map(({ worded }) => worded)),
  };
}
