import { dockerFlags, refusedFlags, shortFlags } from './dockerFlags.ts';
import type { DockerFlag, DraftBuilder } from './dockerFlags.ts';
import * as fields from '../fields.ts';
import type { ContainerParse, ContainerProblem } from '../problem.ts';
import { resolveSpec } from '../spec.ts';

export interface DockerRunContext {
  /** The entry's `env`, `${NAME}` resolved: what `-e NAME` reads. */
  readonly env: ReadonlyMap<string, string>;
  /** Absolute: what relative mount sources resolve against. */
  readonly baseDir: string;
}

/** Whether a `command` is the Docker client, so that its `args` are read instead of run. */
export function isDockerCommand(command: string): boolean {
  return /^(.*[\\/])?docker(\.exe)?$/.test(command);
}

/**
 * The arguments of `command: docker` to the spec of the container that they ask for. As Docker's own client reads them
 * (clustered short flags, `--flag value`, `--flag=value`, flags end at the image), launched without that client.
 * Flags that are not understood, or that would weaken the host, are refused by name; all problems at once.
 */
export function parseDockerRun(args: readonly string[], context: DockerRunContext): ContainerParse {
  const start = args[0] === 'container' ? 1 : 0;
  if (args[start] !== 'run') {
    const message = 'with command: docker the first argument must be run';
    return {
      ok: false,
      problems: [{ at: ['args', start], message, fix: 'write args: ["run", "-i", "--rm", "<image>"]' }],
    };
  }
  const walk = new ArgumentWalk(args, start + 1, context);
  return walk.parse();
}

class ArgumentWalk {
  readonly #args: readonly string[];
  readonly #context: DockerRunContext;
  readonly #problems: ContainerProblem[] = [];
  readonly #draft: DraftBuilder = {
    env: new Map(),
    mounts: [],
    tmpfs: new Map(),
    extraHosts: [],
    capAdd: [],
  };
  #next: number;

  constructor(args: readonly string[], start: number, context: DockerRunContext) {
    this.#args = args;
    this.#next = start;
    this.#context = context;
  }

  parse(): ContainerParse {
    this.#flags();
    const at = this.#next;
    const image = fields.image(this.#args[at]);
    if (!('value' in image)) this.#problem(at, 'the image is missing, or is not the name of one', image.fix);
    if (this.#draft.interactive !== true) {
      this.#problem(0, 'without -i the server would get no input', 'add "-i" after "run"');
    }
    if (!('value' in image) || this.#problems.length > 0) return { ok: false, problems: this.#problems };
    const { interactive: _interactive, ...draft } = this.#draft;
    return {
      ok: true,
      spec: resolveSpec({ ...draft, image: image.value, args: this.#args.slice(at + 1) }, 'docker-run'),
    };
  }

  #problem(index: number, message: string, fix: string): void {
    this.#problems.push({ at: ['args', index], message, fix });
  }

  #flags(): void {
    for (; this.#next < this.#args.length; this.#next++) {
      const word = this.#args[this.#next] ?? '';
      if (word === '--') {
        this.#next++;
        return;
      }
      if (word.startsWith('--')) this.#long(word);
      else if (word.startsWith('-') && word.length > 1) this.#cluster(word);
      else return;
    }
  }

  #long(word: string): void {
    const [name, inline] = fields.splitOnce(word.slice(2), '=');
    this.#apply(`--${name}`, Object.hasOwn(dockerFlags, name) ? dockerFlags[name] : undefined, inline);
  }

  /** `-it`, `-eNAME=value`, `-e=NAME`: letters without a value, then at most one with what is left as its value. */
  #cluster(word: string): void {
    for (let i = 1; i < word.length; i++) {
      const letter = word[i] ?? '';
      const name = shortFlags.get(letter);
      const flag = name === undefined ? undefined : dockerFlags[name];
      const rest = word.slice(i + 1);
      if (flag?.takesValue === true) {
        this.#apply(`-${letter}`, flag, rest === '' ? undefined : rest.replace(/^=/, ''));
        return;
      }
      if (rest.startsWith('=')) {
        this.#apply(`-${letter}`, flag, rest.slice(1));
        return;
      }
      this.#apply(`-${letter}`, flag, undefined);
    }
  }

  #apply(shown: string, flag: DockerFlag | undefined, inline: string | undefined): void {
    const index = this.#next;
    if (flag === undefined) {
      const known = refusedFlags.get(shown);
      this.#problem(
        index,
        known === undefined ? `${shown} is not understood here` : `${shown} ${known.message}`,
        known?.fix ?? 'remove it, or write the server with image: and its own keys (docs/containers.md)',
      );
      // The flag's value, where it stands in a word of its own, would be taken for the image: step over it.
      if (inline === undefined && known?.takesValue === true) this.#next++;
      return;
    }
    if (!flag.takesValue) {
      this.#boolean(shown, flag, inline, index);
      return;
    }
    const value = inline ?? this.#args[++this.#next];
    if (value === undefined) {
      this.#problem(index, `${shown} has no value`, `write ${shown} <value>, or remove it`);
      return;
    }
    this.#outcome(shown, index, flag.apply(value, this.#draft, this.#context));
  }

  #boolean(shown: string, flag: DockerFlag, inline: string | undefined, index: number): void {
    if (inline !== undefined && !['true', 'false', '1', '0'].includes(inline)) {
      this.#problem(index, `${shown} takes true or false`, `write ${shown}`);
      return;
    }
    const on = inline === undefined || inline === 'true' || inline === '1';
    this.#outcome(shown, index, flag.apply(String(on), this.#draft, this.#context));
  }

  #outcome(shown: string, index: number, outcome: { message: string; fix: string } | undefined): void {
    if (outcome !== undefined) this.#problem(index, `${shown} ${outcome.message}`, outcome.fix);
  }
}
