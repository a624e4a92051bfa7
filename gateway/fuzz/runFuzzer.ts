import { spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeForFuzzer } from './nodeForFuzzer.ts';

const here = import.meta.dirname;
const root = join(here, '../..');
const fuzzer = join(fileURLToPath(import.meta.resolve('@jazzer.js/core')), '../cli.js');
/** Bytes of one input: enough for many frames or messages, and far below every limit of size, which other tests are for. */
const maxInput = 2_000;

export interface FuzzRun {
  /** A module that exports `fuzz(data)`, relative to this folder; it throws when something is wrong. */
  readonly target: string;
  /** Inputs that took a new way are kept here, and taken up again by the next run; so is an input that failed. */
  readonly folder: string;
  /** When it is over: after a number of seconds or of inputs. */
  readonly until: { readonly seconds: number } | { readonly inputs: number };
  /** For a run that is to be the same each time. */
  readonly seed?: number;
  readonly onOutput?: (text: string) => void;
}

/**
 * Runs libFuzzer, by way of Jazzer.js, over one target, guided by the branches that the gateway's own code takes.
 * @returns true when no input failed; the output tells of the one that did
 */
export async function runFuzzer({ target, folder, until, seed, onOutput }: FuzzRun): Promise<boolean> {
  const corpus = join(folder, 'corpus');
  mkdirSync(corpus, { recursive: true });
  // What the target usually reads, to start from: chance alone seldom makes a message.
  const seeds = join(here, 'seeds', basename(target, '.ts'));
  const [command, ...before] = nodeForFuzzer(root);
  const child = spawn(
    command,
    [
      ...before,
      ...['--disable-warning=ExperimentalWarning', '--import', join(here, 'stripTypes.mjs')],
      ...[
        fuzzer,
        join(here, target),
        corpus,
        ...(existsSync(seeds) ? [seeds] : []),
        '--includes',
        'gateway',
        '--excludes',
        'node_modules',
      ],
      // They look for injection into commands, paths and evaluated code: nothing that the targets do.
      ...['--disableBugDetectors', '.*', '--'],
      ...[`-max_len=${maxInput}`, `-artifact_prefix=${folder}/`, '-print_final_stats=1'],
      ...(seed === undefined ? [] : [`-seed=${seed}`]),
      'seconds' in until ? `-max_total_time=${until.seconds}` : `-runs=${until.inputs}`,
    ],
    { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => onOutput?.(chunk.toString()));
  }
  return (await new Promise((resolve) => child.once('close', resolve))) === 0;
}
