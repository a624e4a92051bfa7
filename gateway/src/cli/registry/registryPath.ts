import { isAbsolute, join, resolve } from 'node:path';

/** Where the registry is looked for; `exists` says whether a path is there. */
export interface RegistryPlace {
  /** `--registry`, as given. */
  readonly flag: string | undefined;
  /** `LMCP_REGISTRY`; empty counts as absent. */
  readonly variable: string | undefined;
  readonly cwd: string;
  /** The folder that holds `gateway/` and `config/`. */
  readonly checkout: string;
  readonly exists: (path: string) => boolean;
}

const usual = join('config', 'registry.yaml');

/**
 * The registry's absolute path: the flag, else the variable, else `config/registry.yaml` below the current folder if it
 * is there, else below the checkout (where `serve` writes one if there is none).
 */
export function chooseRegistryPath({ flag, variable, cwd, checkout, exists }: RegistryPlace): string {
  const named = flag ?? (variable === '' ? undefined : variable);
  if (named !== undefined) return isAbsolute(named) ? named : resolve(cwd, named);
  const here = resolve(cwd, usual);
  return exists(here) ? here : resolve(checkout, usual);
}
