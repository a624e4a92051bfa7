import type { Reply } from './probe.ts';
import type { Stage } from './stage.ts';

/** What an attempt came to. */
export interface Outcome {
  readonly through: boolean;
  /** By what it was stopped. */
  readonly by: string;
}

/** Something that somebody at a place tries who may not have it. */
export type Attempt<On = Stage> = readonly [place: string, what: string, make: (on: On) => Promise<Outcome>];

/** Every answer below 400 is through, whatever it holds. */
export function judged({ status, text }: Reply): Outcome {
  const excerpt = text.replace(/\s+/g, ' ').slice(0, 90);
  return { through: status > 0 && status < 400, by: status === 0 ? excerpt : `${status} ${excerpt}` };
}
