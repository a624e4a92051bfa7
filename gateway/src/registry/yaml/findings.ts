import type { Problem, RegistryPath } from './problem.ts';
import { pathText } from './problem.ts';
import type { Positions } from './yamlSource.ts';

/** Collects what is wrong and what is doubtful while a registry is read, each with its place. */
export class Findings {
  readonly problems: Problem[] = [];
  readonly warnings: Problem[] = [];
  readonly #positions: Positions;
  constructor(positions: Positions) {
    this.#positions = positions;
  }

  /** Points at the value, or at the key where `part` says so, or at the nearest part above that is there. */
  problem(path: RegistryPath, message: string, fix: string, part: 'key' | 'value' = 'value'): void {
    this.problems.push({ path: pathText(path), ...this.#positions.of(path, part), message, fix });
  }

  /** For what has an offset in the text but no path. */
  problemAt(offset: number, path: RegistryPath, message: string, fix: string): void {
    this.problems.push({ path: pathText(path), ...this.#positions.at(offset), message, fix });
  }

  warning(path: RegistryPath, message: string, fix: string): void {
    this.warnings.push({ path: pathText(path), ...this.#positions.of(path, 'key'), message, fix });
  }
}
