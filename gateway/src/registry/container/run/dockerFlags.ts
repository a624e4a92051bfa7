import * as fields from '../fields.ts';
import { mountSource } from '../mounts.ts';
import type { Field } from '../problem.ts';
import type { ContainerMount } from '../../types.ts';

/** What the flags read so far have said. */
export interface DraftBuilder {
  interactive?: boolean;
  entrypoint?: readonly string[];
  workdir?: string;
  user?: string;
  network?: string;
  memory?: number;
  cpus?: number;
  pidsLimit?: number;
  shmSize?: number;
  readOnly?: boolean;
  pull?: 'never' | 'missing';
  readonly env: Map<string, string>;
  readonly mounts: ContainerMount[];
  readonly tmpfs: Map<string, string>;
  readonly extraHosts: string[];
  readonly capAdd: string[];
}

interface Context {
  readonly env: ReadonlyMap<string, string>;
  readonly baseDir: string;
}

export interface DockerFlag {
  readonly takesValue: boolean;
  /** Writes the value (of a flag without one: `true` or `false`) into the draft, or says why it can't. */
  apply(value: string, draft: DraftBuilder, context: Context): { message: string; fix: string } | undefined;
}

/** A flag with a value, read by one of the fields. */
function setting<T>(
  read: (written: unknown) => Field<T>,
  set: (draft: DraftBuilder, value: T) => void,
): DockerFlag {
  return {
    takesValue: true,
    apply(written, draft) {
      const field = read(written);
      if (!('value' in field)) return field;
      set(draft, field.value);
      return undefined;
    },
  };
}

/** What the gateway does anyway: `true` changes nothing, `false` can't be had. */
const always = (fix: string): DockerFlag => ({
  takesValue: false,
  apply: (on) => (on === 'true' ? undefined : { message: 'can’t be switched off', fix }),
});

const env: DockerFlag = {
  takesValue: true,
  apply(written, draft, context) {
    const [name, inline] = fields.splitOnce(written, '=');
    if (!/^[^\s=\0]+$/.test(name)) return { message: 'has no name of a variable', fix: 'write -e NAME' };
    const value = inline ?? context.env.get(name);
    if (value === undefined) {
      return { message: `names ${name}, which the entry’s env does not set`, fix: `add ${name}: to env` };
    }
    draft.env.set(name, value);
    return undefined;
  },
};

function addMount(
  draft: DraftBuilder,
  context: Context,
  written: { source: string; target: string | undefined; readOnly: boolean },
): { message: string; fix: string } | undefined {
  const source = mountSource(written.source, context.baseDir);
  if (!('value' in source)) return { ...source, message: `has a source that ${source.message}` };
  const target = fields.ownPath(written.target);
  if (!('value' in target)) return { ...target, message: `has a target that ${target.message}` };
  if (draft.mounts.some((mount) => mount.target === target.value)) {
    return { message: `puts a second thing at ${target.value}`, fix: 'give each mount a target of its own' };
  }
  draft.mounts.push({ ...source.value, target: target.value, readOnly: written.readOnly });
  return undefined;
}

/** `source:target[:options]` (Docker's short form). */
const volume: DockerFlag = {
  takesValue: true,
  apply(written, draft, context) {
    const [source = '', target, options = '', ...more] = written.split(':');
    const known = options
      .split(',')
      .every((option) => ['', 'ro', 'rw', 'z', 'Z', 'consistent', 'cached', 'delegated'].includes(option));
    if (target === undefined || more.length > 0 || !known) {
      return { message: 'is not a mount', fix: 'write -v /host/folder:/folder:ro' };
    }
    return addMount(draft, context, { source, target, readOnly: options.split(',').includes('ro') });
  },
};

const mountKeys: Readonly<Record<string, 'type' | 'source' | 'target' | 'readOnly'>> = {
  type: 'type',
  source: 'source',
  src: 'source',
  target: 'target',
  dst: 'target',
  destination: 'target',
  readonly: 'readOnly',
  ro: 'readOnly',
};

/** `type=bind,source=…,target=…[,readonly]` (Docker's long form). */
const mount: DockerFlag = {
  takesValue: true,
  apply(written, draft, context) {
    const said = new Map<string, string>();
    for (const part of written.split(',')) {
      const [key, value = 'true'] = fields.splitOnce(part, '=');
      const name = Object.hasOwn(mountKeys, key) ? mountKeys[key] : undefined;
      if (name === undefined) {
        return { message: `has the option ${key}, which is not understood here`, fix: mountFix };
      }
      said.set(name, value);
    }
    const type = said.get('type') ?? 'volume';
    if (type === 'tmpfs') {
      const field = fields.tmpfs(said.get('target'));
      if (!('value' in field)) return field;
      draft.tmpfs.set(field.value.path, field.value.options);
      return undefined;
    }
    const source = said.get('source');
    if (
      (type !== 'bind' && type !== 'volume') ||
      source === undefined ||
      source.startsWith('/') !== (type === 'bind')
    ) {
      return { message: 'is not a bind mount nor a named volume', fix: mountFix };
    }
    return addMount(draft, context, {
      source,
      target: said.get('target'),
      readOnly: ['true', '1'].includes(said.get('readOnly') ?? 'false'),
    });
  },
};
const mountFix = 'write --mount type=bind,source=/host/folder,target=/folder,readonly';

const tmpfs = setting(fields.tmpfs, (draft, value) => void draft.tmpfs.set(value.path, value.options));

const capDrop: DockerFlag = { takesValue: true, apply: () => undefined };

const securityOpt: DockerFlag = {
  takesValue: true,
  apply: (written) =>
    /^no-new-privileges([:=]true)?$/.test(written)
      ? undefined
      : {
          message: 'would change the container’s confinement',
          fix: 'remove it; no-new-privileges is always set',
        },
};

const attach: DockerFlag = {
  takesValue: true,
  apply: (written) =>
    ['stdin', 'stdout', 'stderr'].includes(written.toLowerCase())
      ? undefined
      : { message: 'names no stream', fix: 'remove it; all three are attached' },
};

/** A server's containers get names of the gateway's own, since there may be several at once. */
const name: DockerFlag = { takesValue: true, apply: () => undefined };

const network = setting(fields.network, (draft, value) => void (draft.network = value));

/** By long name; each as Docker's client understands it. */
export const dockerFlags: Readonly<Record<string, DockerFlag>> = {
  interactive: {
    takesValue: false,
    apply: (on, draft) => {
      draft.interactive = on === 'true';
      return undefined;
    },
  },
  rm: always('remove it; a server’s container is always removed when it ends'),
  init: always('remove it; a server’s container always has an init process'),
  quiet: { takesValue: false, apply: () => undefined },
  'read-only': {
    takesValue: false,
    apply: (on, draft) => {
      draft.readOnly = on === 'true';
      return undefined;
    },
  },
  env,
  volume,
  mount,
  tmpfs,
  name,
  attach,
  network,
  net: network,
  'cap-drop': capDrop,
  'cap-add': setting(fields.capability, (draft, value) => void draft.capAdd.push(value)),
  'security-opt': securityOpt,
  user: setting(fields.user, (draft, value) => void (draft.user = value)),
  workdir: setting(fields.ownPath, (draft, value) => void (draft.workdir = value)),
  entrypoint: setting(
    (written) =>
      typeof written === 'string' && written !== ''
        ? { value: written }
        : { message: 'is empty', fix: 'name a program' },
    (draft, value) => void (draft.entrypoint = [value]),
  ),
  memory: setting(fields.memory, (draft, value) => void (draft.memory = value)),
  cpus: setting(fields.cpus, (draft, value) => void (draft.cpus = value)),
  'pids-limit': setting(fields.pidsLimit, (draft, value) => void (draft.pidsLimit = value)),
  'shm-size': setting(fields.byteSize, (draft, value) => void (draft.shmSize = value)),
  'add-host': setting(fields.extraHost, (draft, value) => void draft.extraHosts.push(value)),
  pull: setting(fields.pull, (draft, value) => void (draft.pull = value)),
};

/** Docker's short flags, by letter. */
export const shortFlags: ReadonlyMap<string, string> = new Map([
  ['i', 'interactive'],
  ['e', 'env'],
  ['v', 'volume'],
  ['u', 'user'],
  ['w', 'workdir'],
  ['m', 'memory'],
  ['a', 'attach'],
  ['q', 'quiet'],
]);

interface RefusedFlag {
  readonly takesValue: boolean;
  readonly message: string;
  readonly fix: string;
}

const refused = (takesValue: boolean, message: string, fix: string): RefusedFlag => ({
  takesValue,
  message,
  fix,
});
const never = (takesValue: boolean): RefusedFlag =>
  refused(takesValue, 'would give the server power over this machine; that is never allowed', 'remove it');

/** Flags that people write and that can't be had, with the reason; as they are written. */
export const refusedFlags: ReadonlyMap<string, RefusedFlag> = new Map([
  ['--privileged', never(false)],
  ['--device', never(true)],
  ['--gpus', never(true)],
  ['--pid', never(true)],
  ['--ipc', never(true)],
  ['--uts', never(true)],
  ['--userns', never(true)],
  ['--cgroupns', never(true)],
  ['--cgroup-parent', never(true)],
  ['--volumes-from', never(true)],
  ['--runtime', never(true)],
  ['--sysctl', never(true)],
  ...(['-t', '--tty'] as const).map(
    (flag) =>
      [flag, refused(false, 'gives a terminal, which would garble the messages', 'remove it')] as const,
  ),
  ...(['-d', '--detach'] as const).map(
    (flag) => [flag, refused(false, 'detaches the server from its input and output', 'remove it')] as const,
  ),
  ...(['-p', '--publish'] as const).map(
    (flag) =>
      [flag, refused(true, 'publishes a port, which a stdio server has no use for', 'remove it')] as const,
  ),
  ['-P', refused(false, 'publishes ports, which a stdio server has no use for', 'remove it')],
  ['--env-file', refused(true, 'reads a file', 'write its variables under env: and name each with -e NAME')],
  ['--restart', refused(true, 'is the gateway’s own task', 'remove it; the gateway restarts servers')],
  ['--label', refused(true, 'is not understood here', 'remove it; labels say whose a container is')],
  ['-l', refused(true, 'is not understood here', 'remove it; labels say whose a container is')],
  ['--hostname', refused(true, 'is not understood here', 'remove it')],
  ['-h', refused(true, 'is not understood here', 'remove it')],
  ['--platform', refused(true, 'is not understood here', 'pull the image for the platform beforehand')],
  ['--link', refused(true, 'is not understood here', 'put both on one --network')],
]);
