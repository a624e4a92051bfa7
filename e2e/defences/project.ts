import { matchesGlob } from 'node:path';
import type { TestProjectInlineConfiguration } from 'vitest/config';
import config from '../../vitest.config.ts';

/** A project of vitest.config.ts. */
interface Project {
  readonly name: string;
  /** Whether its files may run at the same time. */
  readonly parallel: boolean;
}

/** Without those that are files of their own: what they test has no claims. */
const inline = (config.test?.projects ?? []).filter(
  (project): project is TestProjectInlineConfiguration => typeof project === 'object',
);

const projects = inline.map(({ test = {} }) => ({
  name: typeof test.name === 'string' ? test.name : (test.name?.label ?? ''),
  parallel: test.fileParallelism !== false,
  include: test.include ?? [],
  exclude: test.exclude ?? [],
}));

export const projectNames: readonly string[] = projects.map(({ name }) => name);

/**
 * The project that runs a test file.
 * @param file from the root of the checkout
 * @throws Error when no project of vitest.config.ts includes it, or several do
 */
export function projectOf(file: string): Project {
  const matches = (patterns: readonly string[]): boolean =>
    patterns.some((pattern) => matchesGlob(file, pattern));
  const [project, ...others] = projects.filter(
    ({ include, exclude }) => matches(include) && !matches(exclude),
  );
  if (project !== undefined && others.length === 0) return project;
  throw new Error(
    `${file} belongs to ${project === undefined ? 'no project' : 'several projects'} of vitest.config.ts.`,
  );
}
