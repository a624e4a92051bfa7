import type { ReadContext } from '../read/readContext.ts';
import { quoted, type RegistryPath } from '../../yaml/problem.ts';

/** What a person expects to be filled in, as shells and other applications do. The word may be a secret: it is not repeated. */
interface Unexpanded {
  readonly message: string;
  readonly fix: string;
}

const wholePath = 'write the whole path';

/** Something in a word that nothing fills in; undefined where it is meant literally. */
export function unexpandedIn(word: string): Unexpanded | undefined {
  if (/^~($|[\\/])/.test(word) || /[=:]~[\\/]/.test(word))
    return { message: '~ is not expanded: no shell is involved', fix: wholePath };
  const braced = /\$\{([A-Za-z_][\w:.-]*)\}/.exec(word)?.[1];
  if (braced !== undefined) {
    const fix = /folder|file|cwd|home|path/i.test(braced)
      ? wholePath
      : 'write the value, or give it to the server under env:, where ${NAME} is filled in';
    return { message: '`${…}` is not filled in here', fix };
  }
  if (!/(?:^|[\s=:,/])\$[A-Z_]/.test(word) && !/%[A-Z_][A-Z0-9_]*%/i.test(word)) return undefined;
  return {
    message: 'a variable such as $NAME is not expanded: no shell is involved',
    fix: 'write its value',
  };
}

/** Programs that expand their arguments themselves. */
const shell = /(^|[\\/])(ba|z|da|k|fi)?sh$|(^|[\\/])(cmd|powershell|pwsh)(\.exe)?$/i;

/** Warns of words of a command that are not what their author expects. */
export function warnOfUnexpanded(
  read: {
    readonly command?: string | undefined;
    readonly args?: readonly string[] | undefined;
    readonly cwd?: string | undefined;
  },
  path: RegistryPath,
  { findings }: Pick<ReadContext, 'findings'>,
): void {
  const { command = '', args = [], cwd = '' } = read;
  const warn = (word: string, ...at: (string | number)[]): void => {
    const found = unexpandedIn(word);
    if (found !== undefined) findings.warning([...path, ...at], found.message, found.fix);
  };
  warn(command, 'command');
  warn(cwd, 'cwd');
  if (!shell.test(command)) for (const [index, word] of args.entries()) warn(word, 'args', index);
  warnOfCommandLine(command, [...path, 'command'], findings);
}

/** `npx -y server`: the name of one program, where a whole command line was meant. */
function warnOfCommandLine(command: string, path: RegistryPath, findings: ReadContext['findings']): void {
  const [program = '', ...args] = command.trim().split(/\s+/);
  // A space in a path is a space.
  if (args.length === 0 || /[\\/]/.test(program)) return;
  const fix = `write command: ${quoted(program)}, and what follows it as a list under args:`;
  findings.warning(path, 'this names one program with spaces in its name: no shell divides it', fix);
}
