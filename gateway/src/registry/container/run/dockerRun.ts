import * as fields from '../fields.ts';
import type { ContainerParse, ContainerProblem } from '../problem.ts';
import { resolveSpec } from '../spec.ts';
import type { ContainerClient } from './containerClient.ts';
import { clientOptions } from './clientOptions.ts';
import { dockerFlags, shortFlags } from './dockerFlags.ts';
import { emptyDraft, type DockerFlag, type Remark } from './draft.ts';
import { rejectedFlags } from './rejectedFlags.ts';
import type { RunContext } from './runContext.ts';

/**
 * The arguments of `command: docker`, `podman` or `nerdctl` to the spec of the container that they ask for. As Docker's own
 * client reads them (clustered short flags, `--flag value`, `--flag=value`, flags end at the image), launched without a client.
 * Flags that are not understood, or that would weaken the host, are rejected by name; all problems together.
 */
export function parseRun(
  client: ContainerClient,
  args: readonly string[],
  context: RunContext,
): ContainerParse {
  const options = clientOptions(client, args, context);
  const start = args[options.next] === 'container' ? options.next + 1 : options.next;
  if (args[start] !== 'run') {
    const problem = { at: ['args', start], ...notRun(client, args[start]) };
    return { ok: false, problems: [...options.problems, problem] };
  }
  const walk = new ArgumentWalk(args, start + 1, context);
  const parsed = walk.parse(client === 'podman' ? context.engine?.podmanSocket : undefined);
  if (!parsed.ok) return { ok: false, problems: [...options.problems, ...parsed.problems] };
  if (options.problems.length > 0) return { ok: false, problems: options.problems };
  return { ...parsed, notes: [...otherEngine(client, context), ...(parsed.notes ?? [])] };
}

/** Other clients than Docker's run on the configured engine, too: never as a process without limits. */
function otherEngine(client: ContainerClient, { engine }: RunContext): ContainerProblem[] {
  if (client === 'docker' || (client === 'podman' && engine?.podmanSocket !== undefined)) return [];
  const message = `${client} is not run: the container runs on the engine that LMCP uses`;
  const socket = client === 'podman' ? ' (for Podman: systemctl --user enable --now podman.socket)' : '';
  return [{ at: ['command'], message, fix: `write command: docker, or start that engine’s API${socket}` }];
}

function notRun(client: ContainerClient, subcommand: string | undefined): { message: string; fix: string } {
  const run = 'write args: ["run", "-i", "--rm", "<image>"]';
  if (subcommand === undefined || !/^[a-z]+$/.test(subcommand))
    return { message: `with command: ${client} the first argument must be run`, fix: run };
  return {
    message: `${client} ${subcommand} starts no container that LMCP can confine: only ${client} run is supported`,
    fix: `add runtime: process, and ${client} itself runs as it is, unconfined; or ${run}`,
  };
}

class ArgumentWalk {
  readonly #args: readonly string[];
  readonly #context: RunContext;
  readonly #problems: ContainerProblem[] = [];
  readonly #notes: ContainerProblem[] = [];
  readonly #draft = emptyDraft();
  #next: number;

  constructor(args: readonly string[], start: number, context: RunContext) {
    this.#args = args;
    this.#next = start;
    this.#context = context;
  }

  parse(engineSocket: string | undefined): ContainerParse {
    this.#flags();
    const at = this.#next;
    const image = fields.image(this.#args[at]);
    if (!('value' in image)) this.#problem(at, 'the image is missing, or is not the name of one', image.fix);
    if (this.#draft.interactive !== true) {
      this.#problem(0, 'without -i the server would get no input', 'add "-i" after "run"');
    }
    if (!('value' in image) || this.#problems.length > 0) return { ok: false, problems: this.#problems };
    const { interactive: _interactive, fileEnv, env, ...said } = this.#draft;
    const draft = { ...said, env: new Map([...fileEnv, ...env]), engineSocket };
    const written = { ...draft, image: image.value, args: this.#args.slice(at + 1) };
    const network = this.#context.engine?.defaultNetwork;
    return { ok: true, spec: resolveSpec(written, 'docker-run', network), notes: this.#notes };
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
      const known = rejectedFlags.get(shown);
      this.#problem(
        index,
        known === undefined ? `${shown} is not understood here` : `${shown} ${known.message}`,
        known?.fix ?? 'remove it, or write the server with image: and its own keys (docs/containers.md)',
      );
      // The flag's value, where it is a word of its own, would be taken for the image: step over it.
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

  #outcome(shown: string, index: number, remark: Remark | undefined): void {
    if (remark === undefined) return;
    const { isNote, message, fix } = remark;
    (isNote ? this.#notes : this.#problems).push({
      at: ['args', index],
      message: `${shown} ${message}`,
      fix,
    });
  }
}
