/** What `lmcp doctor` looks at, in the order of its report. */
export const areas = [
  'node',
  'registry',
  'log',
  'gateway',
  'engine',
  'secrets',
  'servers',
  'applications',
  'service',
] as const;

export type Area = (typeof areas)[number];

/** One thing that was looked at. A problem keeps something from working; a warning is worth knowing. */
export interface Finding {
  readonly area: Area;
  readonly state: 'ok' | 'warning' | 'problem';
  /** What was found; never a secret. */
  readonly about: string;
  /** What to do; null where nothing is to be done. */
  readonly fix: string | null;
}

export function fine(area: Area, about: string): Finding {
  return { area, state: 'ok', about, fix: null };
}

export function doubtful(area: Area, about: string, fix: string): Finding {
  return { area, state: 'warning', about, fix };
}

export function wrong(area: Area, about: string, fix: string): Finding {
  return { area, state: 'problem', about, fix };
}
