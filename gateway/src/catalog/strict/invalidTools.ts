import { printable } from '../../printable.ts';
import type { Tool } from '../tools.ts';
import { strictTool } from './strictTool.ts';

/** Maximum number of tools named in one warning. */
const maxNamed = 10;

/** A tool whose definition strict clients reject. */
export interface InvalidTool {
  readonly name: string;
  /** Whether `/mcp` leaves it out, as no repair is certain. */
  readonly leftOut: boolean;
  readonly repairs: readonly string[];
}

const found = new WeakMap<readonly Tool[], readonly InvalidTool[]>();

/** Computed once per list: status and interface request it every few seconds. */
export function invalidTools(tools: readonly Tool[]): readonly InvalidTool[] {
  let invalid = found.get(tools);
  if (invalid === undefined) {
    invalid = tools.flatMap((one) => {
      const { tool, repairs } = strictTool(one);
      return repairs.length === 0 ? [] : [{ name: one.name, leftOut: tool === undefined, repairs }];
    });
    found.set(tools, invalid);
  }
  return invalid;
}

/** Warns of a server's invalid definitions, once until they change. */
export class InvalidToolWarnings {
  readonly #warn: (message: string) => void;
  readonly #clean: (serverId: string, text: string) => string;
  readonly #warned = new Map<string, string>();

  /** @param clean removes secrets from a server's text */
  constructor(
    warn: (message: string) => void,
    clean: (serverId: string, text: string) => string = (_serverId, text) => text,
  ) {
    this.#warn = warn;
    this.#clean = clean;
  }

  listed(serverId: string, tools: readonly Tool[]): void {
    const invalid = invalidTools(tools);
    const message =
      invalid.length === 0 ? undefined : warning(serverId, invalid, (text) => this.#clean(serverId, text));
    if (message === this.#warned.get(serverId)) return;
    if (message === undefined) this.#warned.delete(serverId);
    else {
      this.#warned.set(serverId, message);
      this.#warn(message);
    }
  }

  forget(serverId: string): void {
    this.#warned.delete(serverId);
  }
}

function warning(serverId: string, invalid: readonly InvalidTool[], clean: (text: string) => string): string {
  const described = invalid.slice(0, maxNamed).map(({ name, leftOut, repairs }) => {
    const [first = '', ...more] = repairs;
    const rest = more.length === 0 ? '' : ` and ${more.length} more`;
    return `"${shortened(clean(name))}" (${leftOut ? 'left out: ' : ''}${shortened(clean(first))}${rest})`;
  });
  const others = invalid.length - described.length;
  if (others > 0) described.push(`${others} more`);
  return (
    `server "${serverId}" defines tools that strict clients reject: ${described.join(', ')}. ` +
    `/mcp offers them repaired or leaves them out; /mcp/${serverId} offers them as defined. Report it to the server's author.`
  );
}

/** A repair names members by the server's own keys. */
function shortened(text: string): string {
  return printable(text.length > 80 ? `${text.slice(0, 79)}…` : text);
}
