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

export interface RegistryChoice {
  /** Absolute. */
  readonly path: string;
  /** Named, or the checkout's own; not one that merely lies in the current folder. */
  readonly chosen: boolean;
}

/**
 * The registry: that of the flag, else of the variable, else `config/registry.yaml` below the current folder if it is there,
 * else below the checkout (where `serve` writes one if there is none).
 */
export function chooseRegistry({ flag, variable, cwd, checkout, exists }: RegistryPlace): RegistryChoice {
  const named = flag ?? (variable === '' ? undefined : variable);
  if (named !== undefined) return { path: isAbsolute(named) ? named : resolve(cwd, named), chosen: true };
  const [here, own] = [resolve(cwd, usual), resolve(checkout, usual)];
  return exists(here) ? { path: here, chosen: here === own } : { path: own, chosen: true };
}
