import { agents } from './agents.ts';
import type { Application } from './application.ts';
import { desktop, editors } from './editors.ts';

/** Every application whose configuration is known, the most used first within its kind. */
export const applications: readonly Application[] = [...editors, ...desktop, ...agents];

const byName = new Map(applications.map((application) => [application.name, application]));

export const applicationNames: readonly string[] = [...byName.keys()];

export function applicationNamed(name: string): Application | undefined {
  return byName.get(name);
}
