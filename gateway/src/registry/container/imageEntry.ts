import * as fields from './fields.ts';
import { egressTarget } from './egressTarget.ts';
import { imageSignature } from './imageSignature.ts';
import { mountSource } from './mounts.ts';
import type { ContainerParse, ContainerProblem, Field } from './problem.ts';
import { resolveSpec } from './spec.ts';
import type { ContainerMount, ImageSignature } from '../types.ts';

/** The keys of an `image:` entry that describe its container; the rest of the entry is every server's. */
export const imageEntryKeys: ReadonlySet<string> = new Set([
  'image',
  'image_digest',
  'entrypoint',
  'args',
  'env',
  'workdir',
  'user',
  'mounts',
  'tmpfs',
  'network',
  'egress',
  'extra_hosts',
  'memory',
  'cpus',
  'pids_limit',
  'shm_size',
  'read_only',
  'cap_add',
  'pull',
  'verify',
  'cosign',
]);

export interface ImageEntryContext {
  /** The entry's `env` as the registry read it, `${NAME}` resolved. */
  readonly env: ReadonlyMap<string, string>;
  /** Absolute: what relative mount sources resolve against. */
  readonly baseDir: string;
  /** What `bridge` is on the gateway's engine; undefined: the engine's own. */
  readonly defaultNetwork?: string | undefined;
  /** Whether there is an egress proxy. */
  readonly hasEgress?: boolean;
  /** The content of a file by its path as written; throws where it can't be read. */
  readonly readFile?: (path: string) => string;
}

type At = readonly (string | number)[];

/**
 * A server's entry with `image:` as plain values (what the YAML holds) to a spec with the full hardening, where the entry
 * does not loosen it by name. Keys outside `imageEntryKeys` and `env` are not looked at. All problems together.
 */
export function parseImageEntry(
  entry: Readonly<Record<string, unknown>>,
  context: ImageEntryContext,
): ContainerParse {
  const reader = new EntryReader(entry);
  const draft = {
    image: reader.image(),
    entrypoint: reader.entrypoint(),
    args: reader.list('args', argument),
    env: context.env,
    workdir: reader.one('workdir', fields.ownPath),
    user: reader.one('user', fields.user),
    mounts: reader.list('mounts', (written, at) => reader.mount(written, at, context.baseDir)),
    tmpfs: reader.tmpfs(),
    network: reader.one('network', fields.network),
    egress: reader.list('egress', egressTarget),
    extraHosts: reader.list('extra_hosts', fields.extraHost),
    memory: reader.one('memory', fields.memory),
    cpus: reader.one('cpus', fields.cpus),
    pidsLimit: reader.one('pids_limit', fields.pidsLimit),
    shmSize: reader.one('shm_size', fields.byteSize),
    readOnly: reader.one('read_only', flag),
    capAdd: reader.list('cap_add', fields.capability),
    pull: reader.one('pull', fields.pull),
    signature: reader.signature(context.readFile ?? noFile),
  };
  if (draft.egress !== undefined) reader.problems.push(...egressProblems(draft.network, context.hasEgress));
  if (draft.mounts !== undefined) reader.distinctTargets(draft.mounts);
  if (reader.problems.length > 0) return { ok: false, problems: reader.problems };
  return { ok: true, spec: resolveSpec(draft, 'hardened', context.defaultNetwork) };
}

/** Why `egress:` can't be had for a server in a container. */
export function egressProblems(network: string | undefined, hasEgress = false): ContainerProblem[] {
  if (!hasEgress) {
    const message = 'egress requires the stack of compose.yaml, whose proxy enforces it';
    return [
      {
        at: ['egress'],
        message,
        fix: 'remove egress and write network: none, or run LMCP with docker compose',
      },
    ];
  }
  if (network === undefined || network === 'none') return [];
  const message = `egress names what the server may reach, and network: ${network} would be a way around it`;
  return [{ at: ['network'], message, fix: 'remove network, or egress' }];
}

function noFile(): never {
  throw Object.assign(new Error('no files here'), { code: 'ENOENT' });
}

function argument(written: unknown): Field<string> {
  const text = typeof written === 'number' || typeof written === 'boolean' ? String(written) : written;
  if (typeof text === 'string' && !text.includes('\0')) return { value: text };
  return { message: 'is not text', fix: 'write a string, in quotes if need be' };
}

function flag(written: unknown): Field<boolean> {
  if (typeof written === 'boolean') return { value: written };
  return { message: 'is neither true nor false', fix: 'write true or false' };
}

/** Reads an entry key by key and gathers what is wrong with it. */
class EntryReader {
  readonly problems: ContainerProblem[] = [];
  readonly #entry: Readonly<Record<string, unknown>>;
  constructor(entry: Readonly<Record<string, unknown>>) {
    this.#entry = entry;
  }

  #value(key: string): unknown {
    const value = Object.hasOwn(this.#entry, key) ? this.#entry[key] : undefined;
    return value === null ? undefined : value;
  }

  #take<T>(at: At, field: Field<T> | undefined): T | undefined {
    if (field === undefined) return undefined;
    if ('value' in field) return field.value;
    this.problems.push({ at, message: `${String(at[0])} ${field.message}`, fix: field.fix });
    return undefined;
  }

  one<T>(key: string, read: (written: unknown) => Field<T>, required = false): T | undefined {
    const written = this.#value(key);
    return written === undefined && !required ? undefined : this.#take([key], read(written));
  }

  /** With the digest that pins it. */
  image(): string {
    const image = this.one('image', fields.image, true) ?? '';
    const digest = this.one('image_digest', fields.imageDigest);
    if (digest === undefined) return image;
    const pinned = fields.pinnedImage(image, digest);
    if (pinned !== undefined) return pinned;
    const message = 'image holds a digest already';
    this.problems.push({ at: ['image_digest'], message, fix: 'remove one of the two' });
    return image;
  }

  signature(readFile: (path: string) => string): ImageSignature | undefined {
    const keys = { verify: this.#value('verify'), cosign: this.#value('cosign') };
    const { signature, problems } = imageSignature(keys, readFile);
    this.problems.push(...problems);
    return signature;
  }

  list<T>(key: string, read: (written: unknown, at: At) => Field<T> | undefined): T[] | undefined {
    const written = this.#value(key);
    if (written === undefined) return undefined;
    if (!Array.isArray(written)) {
      this.problems.push({
        at: [key],
        message: `${key} is not a list`,
        fix: 'write one item a line: - item',
      });
      return undefined;
    }
    return written.flatMap((item: unknown, index) => {
      const at = [key, index];
      const value = this.#take(at, read(item, at));
      return value === undefined ? [] : [value];
    });
  }

  /** One program, or a program with its first arguments. */
  entrypoint(): string[] | undefined {
    const written = this.#value('entrypoint');
    if (typeof written !== 'string') return this.list('entrypoint', argument);
    const program = this.#take(['entrypoint'], argument(written));
    return program === undefined ? undefined : [program];
  }

  tmpfs(): Map<string, string> | undefined {
    const written = this.#value('tmpfs');
    const single = typeof written === 'string' ? this.#take(['tmpfs'], fields.tmpfs(written)) : undefined;
    const items = typeof written === 'string' ? [single] : this.list('tmpfs', fields.tmpfs);
    return items && new Map(items.flatMap((item) => (item ? [[item.path, item.options]] : [])));
  }

  mount(written: unknown, at: At, baseDir: string): Field<ContainerMount> | undefined {
    if (typeof written !== 'object' || written === null || Array.isArray(written)) {
      return {
        message: 'has an item that is not a mount',
        fix: 'write source:, target: and, to let it write, read_only: false',
      };
    }
    const item = written as Record<string, unknown>;
    for (const key of Object.keys(item).filter((name) => !['source', 'target', 'read_only'].includes(name))) {
      this.problems.push({
        at: [...at, key],
        message: `mounts has no key ${key}`,
        fix: 'use source, target and read_only',
      });
    }
    const source = this.#take([...at, 'source'], mountSource(item['source'], baseDir));
    const target = this.#take([...at, 'target'], fields.ownPath(item['target']));
    const readOnly =
      item['read_only'] === undefined ? true : this.#take([...at, 'read_only'], flag(item['read_only']));
    if (source === undefined || target === undefined || readOnly === undefined) return undefined;
    return { value: { ...source, target, readOnly } };
  }

  distinctTargets(mounts: readonly ContainerMount[]): void {
    const twice = mounts.find(
      (mount, index) => mounts.findIndex((other) => other.target === mount.target) < index,
    );
    if (twice === undefined) return;
    this.problems.push({
      at: ['mounts'],
      message: `mounts puts two things at ${twice.target}`,
      fix: 'give each mount a target of its own',
    });
  }
}
