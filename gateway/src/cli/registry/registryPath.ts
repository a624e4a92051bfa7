import { isAbsolute, resolve } from 'node:path';

/** Where the registry is looked for; `exists` says whether a path is there. */
export interface RegistryPlace {
  /** `--registry`, as given. */
  readonly flag: string | undefined;
  /** `LMCP_REGISTRY`; empty counts as absent. */
  readonly variable: string | undefined;
  readonly cwd: string;
  /** `LMCP_HOME`: the folder that holds the registry; empty counts as absent. */
  readonly homeVariable: string | undefined;
  /** Absolute: where `serve` writes a registry if there is none. */
  readonly usual: string;
  readonly exists: (path: string) => boolean;
}

export interface RegistryChoice {
  /** Absolute. */
  readonly path: string;
  /** Named, in a folder that LMCP has for it, or the checkout's own; not one that merely is in the current folder. */
  readonly chosen: boolean;
}

/**
 * The registry: that of the flag, else of the variable, else `config/registry.yaml` below the current folder if it is there,
 * else `registry.yaml` in `LMCP_HOME`, else the usual one (where `serve` writes one if there is none).
 */
export function chooseRegistry(place: RegistryPlace): RegistryChoice {
  const { flag, variable, homeVariable, cwd, usual, exists } = place;
  const named = flag ?? (variable === '' ? undefined : variable);
  if (named !== undefined) return { path: isAbsolute(named) ? named : resolve(cwd, named), chosen: true };
  const here = resolve(cwd, 'config', 'registry.yaml');
  const home = homeVariable === '' ? undefined : homeVariable;
  const own = home === undefined ? usual : resolve(cwd, home, 'registry.yaml');
  return exists(here) ? { path: here, chosen: here === own } : { path: own, chosen: true };
}
