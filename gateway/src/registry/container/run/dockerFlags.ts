import * as fields from '../fields.ts';
import { always, setting, withoutEffect, type DockerFlag } from './draft.ts';
import { envFile as readEnvFile } from './envFile.ts';
import { mount, tmpfs, volume } from './mountFlags.ts';
import * as runFields from './runFields.ts';

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

const envFile: DockerFlag = {
  takesValue: true,
  apply(written, draft, context) {
    const fix = 'write its variables under env:, as NAME: value, and name each with -e NAME';
    if (context.readFile === undefined) {
      return { message: 'names a file that the gateway’s container does not see', fix };
    }
    let text: string;
    try {
      text = context.readFile(written);
    } catch (error) {
      const why = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
      return { message: `names a file that can’t be read (${why})`, fix: `correct the path; or ${fix}` };
    }
    const file = readEnvFile(text, context.env);
    if (!('value' in file)) return file;
    for (const [variable, value] of file.value) draft.fileEnv.set(variable, value);
    return undefined;
  },
};

/** `always` would make each start wait for a registry, and another image run under the same name. */
const pull: DockerFlag = {
  takesValue: true,
  apply(written, draft) {
    const field = fields.pull(written === 'always' ? 'missing' : written);
    if (!('value' in field)) return field;
    draft.pull = field.value;
    if (written !== 'always') return undefined;
    return {
      isNote: true,
      message: 'always is read as missing: the image is fetched once',
      fix: 'update it with docker pull',
    };
  },
};

const stopTimeout: DockerFlag = {
  takesValue: true,
  apply(written) {
    const field = runFields.stopTimeout(written);
    if (!('value' in field)) return field;
    const message = 'has no effect: the gateway ends the input, and sends SIGTERM and SIGKILL 2 s apart';
    return { isNote: true, message, fix: 'remove it' };
  },
};

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
  'no-healthcheck': always('remove it; health checks of the image are off'),
  quiet: { takesValue: false, apply: () => undefined },
  'read-only': {
    takesValue: false,
    apply: (on, draft) => {
      draft.readOnly = on === 'true';
      return undefined;
    },
  },
  env,
  'env-file': envFile,
  volume,
  mount,
  tmpfs,
  attach,
  network,
  net: network,
  // Containers get names and labels of the gateway's own; nothing of them is logged by the engine.
  name: withoutEffect,
  label: withoutEffect,
  'log-driver': withoutEffect,
  'log-opt': withoutEffect,
  // All are dropped.
  'cap-drop': withoutEffect,
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
  dns: setting(runFields.dnsServer, (draft, value) => void draft.dns.push(value)),
  hostname: setting(runFields.hostname, (draft, value) => void (draft.hostname = value)),
  platform: setting(runFields.platform, (draft, value) => void (draft.platform = value)),
  ulimit: setting(runFields.ulimit, (draft, value) => void draft.ulimits.push(value)),
  'stop-timeout': stopTimeout,
  pull,
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
  ['l', 'label'],
  ['h', 'hostname'],
]);
