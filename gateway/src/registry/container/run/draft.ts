import type { ContainerMount, Ulimit } from '../../types.ts';
import type { Field } from '../problem.ts';
import type { RunContext } from './runContext.ts';

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
  platform?: string;
  hostname?: string;
  readonly env: Map<string, string>;
  /** From `--env-file`; what `env` says of a variable comes before it, in whatever order. */
  readonly fileEnv: Map<string, string>;
  readonly mounts: ContainerMount[];
  readonly tmpfs: Map<string, string>;
  readonly extraHosts: string[];
  readonly capAdd: string[];
  readonly dns: string[];
  readonly ulimits: Ulimit[];
}

export function emptyDraft(): DraftBuilder {
  return {
    env: new Map(),
    fileEnv: new Map(),
    mounts: [],
    tmpfs: new Map(),
    extraHosts: [],
    capAdd: [],
    dns: [],
    ulimits: [],
  };
}

/** What a flag's reader should be told. */
export interface Remark {
  readonly message: string;
  readonly fix: string;
  /** The flag has less effect than documented; the server runs nevertheless. */
  readonly isNote?: true;
}

export interface DockerFlag {
  readonly takesValue: boolean;
  /** Writes the value (of a flag without one: `true` or `false`) into the draft, or says why it can't. */
  apply(value: string, draft: DraftBuilder, context: RunContext): Remark | undefined;
}

/** A flag with a value, read by one of the fields. */
export function setting<T>(
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
export const always = (fix: string): DockerFlag => ({
  takesValue: false,
  apply: (on) => (on === 'true' ? undefined : { message: 'can’t be switched off', fix }),
});

/** What changes nothing of how a server is run. */
export const withoutEffect: DockerFlag = { takesValue: true, apply: () => undefined };
