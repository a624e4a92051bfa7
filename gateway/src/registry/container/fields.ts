import { capabilityName, grantableCapabilities } from './capabilities.ts';
import type { Field } from './problem.ts';

/** Single values of a container's definition, as text or number; what both ways of writing one have in common. */

const MiB = 1024 ** 2;
/** Below this the engine rejects the container. */
const smallestMemory = 6 * MiB;
const units: Readonly<Record<string, number>> = { b: 1, k: 1024, m: MiB, g: 1024 ** 3 };

/** `512m`, `1.5g`, `1073741824`; as Docker and Compose read it. Gives bytes. */
export function byteSize(written: unknown): Field<number> {
  const text =
    typeof written === 'string' ? written.trim() : typeof written === 'number' ? String(written) : '';
  const match = /^(\d{1,16}(?:\.\d{1,3})?) ?([bkmg]?)(?:i?b)?$/i.exec(text);
  const bytes = match
    ? Math.floor(Number(match[1]) * (units[(match[2] ?? '').toLowerCase() || 'b'] ?? 1))
    : Number.NaN;
  if (Number.isSafeInteger(bytes) && bytes > 0) return { value: bytes };
  return { message: 'is not a size', fix: 'write a number with a unit, such as 512m or 1g' };
}

export function memory(written: unknown): Field<number> {
  const size = byteSize(written);
  if (!('value' in size) || size.value >= smallestMemory) return size;
  return {
    message: 'is less memory than a container can have',
    fix: 'write 6m or more; 512m is the default',
  };
}

export function cpus(written: unknown): Field<number> {
  const count = typeof written === 'string' && written.trim() !== '' ? Number(written) : written;
  if (typeof count === 'number' && count >= 0.01 && count <= 1024) return { value: count };
  return { message: 'is not a number of CPUs', fix: 'write a number of at least 0.01, such as 0.5 or 2' };
}

export function pidsLimit(written: unknown): Field<number> {
  const count = typeof written === 'string' && /^-?\d+$/.test(written) ? Number(written) : written;
  if (typeof count === 'number' && Number.isInteger(count) && count >= 1 && count <= 65_536)
    return { value: count };
  return {
    message: 'is not a number of processes (it can’t be switched off)',
    fix: 'write an integer from 1 to 65536; 256 is the default',
  };
}

export function image(written: unknown): Field<string> {
  if (typeof written === 'string' && /^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,254}$/.test(written))
    return { value: written };
  return { message: 'is not the name of an image', fix: 'write it as in docker pull, such as mcp/fetch:1.0' };
}

/** Of an image's manifest. */
export function imageDigest(written: unknown): Field<string> {
  if (typeof written === 'string' && /^sha256:[0-9a-f]{64}$/.test(written)) return { value: written };
  const fix = 'write sha256:… as docker image inspect --format "{{.RepoDigests}}" shows it';
  return { message: 'is not a digest', fix };
}

/** The image with that digest and no other; undefined where the name holds a digest already. */
export function pinnedImage(name: string, digest: string): string | undefined {
  if (name.includes('@')) return undefined;
  return `${name.replace(/:[^:/]+$/, '')}@${digest}`;
}

export function user(written: unknown): Field<string> {
  const text = typeof written === 'number' ? String(written) : written;
  if (typeof text === 'string' && /^[A-Za-z0-9_][\w.-]{0,63}(:[A-Za-z0-9_][\w.-]{0,63})?$/.test(text))
    return { value: text };
  return { message: 'is not a user', fix: 'write a name or a number, with a group if need be: "1000:1000"' };
}

/** Whether a user as written is the container's root. */
export function isRootUser(written: string): boolean {
  const name = written.split(':')[0] ?? '';
  return name === '' || name === 'root' || /^0+$/.test(name);
}

/** An absolute path inside the container, not its root. */
function containerPath(written: unknown): Field<string> {
  if (
    typeof written === 'string' &&
    /^\/[^\0]+$/.test(written) &&
    !written.split('/').some((part) => part === '..' || part === '.')
  ) {
    const path = written.replace(/\/+/g, '/').replace(/\/$/, '');
    if (path !== '') return { value: path };
  }
  return {
    message: 'is not a path inside the container',
    fix: 'write an absolute path below /, without . or .., such as /data',
  };
}

/**
 * A path inside the container that is not the kernel's. A mount there would change how the container is run, and a working
 * folder there could be a folder of the host that its runtime has open (CVE-2024-21626).
 */
export function ownPath(written: unknown): Field<string> {
  const path = containerPath(written);
  if (!('value' in path)) return path;
  const reserved = ['/proc', '/sys', '/dev'].find((tree) => isInside(path.value, tree));
  if (reserved === undefined) return path;
  return { message: `is in ${reserved}, which belongs to the kernel`, fix: 'write a folder such as /data' };
}

/** Whether a path is a root or below it. */
export function isInside(path: string, root: string): boolean {
  return path === root || path.startsWith(`${root}/`);
}

export function network(written: unknown): Field<string> {
  if (written === 'host' || (typeof written === 'string' && written.startsWith('container:'))) {
    return {
      message: 'would share a network that is not the container’s own; that is never allowed',
      fix: 'write none, bridge, or the name of a Docker network; the host is host.docker.internal with extra_hosts',
    };
  }
  if (typeof written === 'string' && /^[A-Za-z0-9][\w.-]{0,127}$/.test(written)) {
    return { value: written === 'default' ? 'bridge' : written };
  }
  return {
    message: 'is not the name of a network',
    fix: 'write none, bridge, or the name of a Docker network',
  };
}

/** `name:address` or `name=address`; the address is an IP address or `host-gateway`. */
export function extraHost(written: unknown): Field<string> {
  const match =
    typeof written === 'string'
      ? /^([A-Za-z0-9][A-Za-z0-9._-]{0,252})[:=](host-gateway|[0-9.]{7,15}|\[?[0-9A-Fa-f:]{2,39}\]?)$/.exec(
          written,
        )
      : null;
  if (match?.[1] !== undefined && match[2] !== undefined) return { value: `${match[1]}:${match[2]}` };
  return {
    message: 'is not a host with its address',
    fix: 'write name:address, such as host.docker.internal:host-gateway',
  };
}

export function capability(written: unknown): Field<string> {
  const name = typeof written === 'string' ? capabilityName(written) : '';
  if (grantableCapabilities.has(name)) return { value: name };
  return {
    message: 'is not a capability that a server can be given',
    fix: `use one of ${[...grantableCapabilities].join(', ')}, or none`,
  };
}

export function pull(written: unknown): Field<'never' | 'missing'> {
  if (written === 'never' || written === 'missing') return { value: written };
  return {
    message: 'is not a way to pull',
    fix: 'write missing (fetch the image once, the default) or never; update an image with docker pull',
  };
}

const tmpfsOption =
  /^(size=\d+[kmg]?|mode=[01]?[0-7]{3}|uid=\d{1,10}|gid=\d{1,10}|nr_inodes=\d+[km]?|rw|ro|exec|noexec|nosuid|nodev)$/;
/** Four octal digits, of which the first has another bit than the sticky one. */
const setIdMode = /^mode=0*[2-7][0-7]{3}$/;
const tmpfsDefaults = { size: 'size=256m', kept: ['nosuid', 'nodev'] } as const;

/** `/path` or `/path:option,option`; always with a size, never with set-uid programs or devices. */
export function tmpfs(written: unknown): Field<{ readonly path: string; readonly options: string }> {
  const [target, optionText] = typeof written === 'string' ? splitOnce(written, ':') : [written, undefined];
  const path = ownPath(target);
  if (!('value' in path)) return path;
  const options = optionText === undefined || optionText === '' ? [] : optionText.split(',');
  if (options.some((option) => setIdMode.test(option))) {
    return { message: 'has a mode with the set-uid or set-gid bit', fix: 'write mode=1777 or mode=755' };
  }
  const bad = options.find((option) => !tmpfsOption.test(option));
  if (bad !== undefined) {
    return {
      message: 'has an option that a memory file system can’t have here',
      fix: 'use size=64m, mode=1777, uid=, gid=, nr_inodes=, rw, ro, exec or noexec',
    };
  }
  return { value: { path: path.value, options: tmpfsOptions(options) } };
}

/** The options with everything that is not said filled in. */
export function tmpfsOptions(written: readonly string[]): string {
  const options = written.filter((option) => option !== 'nosuid' && option !== 'nodev');
  if (!options.includes('rw') && !options.includes('ro')) options.unshift('rw');
  if (!options.includes('exec') && !options.includes('noexec')) options.push('noexec');
  if (!options.some((option) => option.startsWith('size='))) options.push(tmpfsDefaults.size);
  return [...options, ...tmpfsDefaults.kept].join(',');
}

export function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)];
}
