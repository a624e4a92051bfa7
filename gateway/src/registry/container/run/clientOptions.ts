import * as fields from '../fields.ts';
import type { ContainerProblem } from '../problem.ts';
import type { ContainerClient } from './containerClient.ts';
import type { RunContext } from './runContext.ts';

interface Outcome {
  /** Where `run` should be. */
  readonly next: number;
  readonly problems: readonly ContainerProblem[];
}

/** What the options of a client mean; the same letter is another option of another client. */
const meanings: Readonly<
  Record<ContainerClient, Readonly<Record<string, 'context' | 'host' | 'value' | 'switch'>>>
> = {
  docker: {
    '--context': 'context',
    '-c': 'context',
    '--host': 'host',
    '-H': 'host',
    '--log-level': 'value',
    '-l': 'value',
    '--debug': 'switch',
    '-D': 'switch',
  },
  podman: { '--url': 'host', '--log-level': 'value', '--remote': 'switch', '-r': 'switch' },
  nerdctl: { '--debug': 'switch' },
};

/** The options of a client before `run`: those that name an engine must name the one that the gateway uses. */
export function clientOptions(
  client: ContainerClient,
  args: readonly string[],
  context: RunContext,
): Outcome {
  const problems: ContainerProblem[] = [];
  let next = 0;
  for (; args[next]?.startsWith('-') === true; next++) {
    const at = ['args', next];
    const [name, inline] = fields.splitOnce(args[next] ?? '', '=');
    const meaning = Object.hasOwn(meanings[client], name) ? meanings[client][name] : undefined;
    if (meaning === 'switch') continue;
    if (meaning === undefined) {
      const message = `${name} before run is not understood here`;
      problems.push({ at, message, fix: 'remove it; DOCKER_HOST says which engine LMCP uses' });
      // Its value, in a word of its own, is stepped over as well.
      if (inline === undefined && isValue(args[next + 1])) next++;
      continue;
    }
    const value = inline ?? args[++next];
    if (value === undefined) {
      problems.push({ at, message: `${name} has no value`, fix: 'remove it' });
    } else if (meaning !== 'value' && !isOwnEngine(meaning, value, context)) {
      const which = meaning === 'context' ? ` ${value}` : '';
      const message = `${name}${which} is not the container engine that LMCP uses`;
      const fix = 'remove it, or start LMCP with DOCKER_HOST set to the address of that engine';
      problems.push({ at, message, fix });
    }
  }
  return { next, problems };
}

function isValue(word: string | undefined): boolean {
  return word !== undefined && !word.startsWith('-') && word !== 'run' && word !== 'container';
}

function isOwnEngine(meaning: 'context' | 'host', value: string, { engine }: RunContext): boolean {
  if (engine === undefined) return false;
  if (meaning === 'context') return engine.isContext(value);
  return engine.isHost(value) || value === `unix://${engine.podmanSocket}`;
}
