import { bindDenial } from '../../registry/container/guardRules/bindDenial.ts';
import type { GuardRules } from '../../registry/container/guardRules/rules.ts';

/** Of a create body that has the hardened form: the part that still has to be looked up. */
export interface CheckedBody {
  readonly HostConfig: {
    readonly NetworkMode: string;
    readonly Mounts: readonly {
      readonly Type: string;
      readonly Source: string;
      readonly ReadOnly: boolean;
    }[];
  };
}

/** A volume as the engine knows it (Engine API, VolumeInspect). */
export interface EngineVolume {
  readonly Driver?: unknown;
  readonly Options?: Readonly<Record<string, string>> | null;
}

/** Why a named volume is denied; one that is not there yet will be a plain one. */
export function volumeDenial(volume: EngineVolume | undefined): string | undefined {
  if (volume === undefined) return undefined;
  const { type, o, device } = volume.Options ?? {};
  const binds = [type, ...(o ?? '').split(',')].some((word) => word === 'bind' || word === 'rbind');
  if (binds || type === 'none' || device?.startsWith('/') === true) {
    return 'it is a folder of the host in disguise (its options bind one); mount the folder itself, below a root';
  }
  return undefined;
}

/**
 * A checked create body with the real paths of its bind mounts, or why one of them is denied.
 * @param realpath resolves every symlink; rejects where there is nothing
 */
export async function withRealSources(
  body: Record<string, unknown>,
  rules: GuardRules,
  realpath: (path: string) => Promise<string>,
): Promise<{ ok: true; body: CheckedBody } | { ok: false; reason: string }> {
  const host = body['HostConfig'] as CheckedBody['HostConfig'];
  const mounts = [];
  for (const mount of host.Mounts) {
    if (mount.Type !== 'bind') {
      mounts.push(mount);
      continue;
    }
    const source = await realpath(mount.Source).catch(() => undefined);
    if (source === undefined) {
      return { ok: false, reason: `the mount source ${mount.Source} does not exist where the guard looks` };
    }
    const denial = bindDenial({ source, readOnly: mount.ReadOnly }, rules);
    if (denial !== undefined) return { ok: false, reason: `the mount source ${mount.Source}: ${denial}` };
    mounts.push({ ...mount, Source: source });
  }
  return { ok: true, body: { ...body, HostConfig: { ...host, Mounts: mounts } } };
}
