/** The command line to run, or why its meaning cannot be determined. */
export type Translation =
  { readonly ok: true; readonly argv: readonly string[] } | { readonly ok: false; readonly message: string };

interface Action {
  readonly flag: string;
  /** The flag is followed by the id of a server. */
  readonly takesServer: boolean;
  /** Command and options that it stands for; `server` is empty where it takes none. */
  readonly command: (server: string) => readonly string[];
  /** Options that only this kind of action has. */
  readonly modifiers: readonly string[];
}

const status = { takesServer: false, modifiers: ['--status-limit'] } as const;
const call = { takesServer: true, modifiers: ['--tool', '--args-json', '--args-file'] } as const;

const actions: readonly Action[] = [
  plain('--serve-http', 'serve'),
  { ...status, flag: '--status', command: () => ['status'] },
  { ...status, flag: '--status-json', command: () => ['status', '--json'] },
  plain('--validate-registry', 'validate'),
  plain('--print-config', 'config'),
  plain('--print-schema', 'schema'),
  plain('--self-test', 'self-test'),
  {
    flag: '--stdio-test',
    takesServer: true,
    modifiers: [],
    command: (id) => ['test', id, '--transport', 'stdio'],
  },
  {
    flag: '--http-test',
    takesServer: true,
    modifiers: [],
    command: (id) => ['test', id, '--transport', 'http'],
  },
  { ...call, flag: '--stdio-call', command: (id) => ['call', id, '--transport', 'stdio'] },
  { ...call, flag: '--http-call', command: (id) => ['call', id, '--transport', 'http'] },
];

function plain(flag: string, command: string): Action {
  return { flag, takesServer: false, modifiers: [], command: () => [command] };
}

const actionOf = new Map(actions.map((action) => [action.flag, action]));
const modifierFlags = new Set(actions.flatMap(({ modifiers }) => modifiers));
/** Further options whose value must not be taken for a flag or a command. */
const valueOptions = new Set(['--registry', '--client', '--host', '--port']);

interface Found {
  readonly actions: { readonly action: Action; readonly server: string }[];
  readonly modifiers: { readonly flag: string; readonly value: string }[];
  /** What no action or modifier explains, in order. */
  readonly rest: string[];
}

/**
 * Turns the form where the action is a flag (`--registry R --serve-http`) into command and options
 * (`serve --registry R`). A line that begins with a command, or names no such flag, is left as it is.
 */
export function translateSeedFlags(argv: readonly string[]): Translation {
  const words = argv.flatMap(splitAssignment);
  if (beginsWithCommand(words)) return { ok: true, argv };
  const found = scan(words);
  if (typeof found === 'string') return { ok: false, message: found };
  return found.actions.length === 0 ? { ok: true, argv } : rewrite(found);
}

/** `--status-limit=5` as two words, for the flags known here. */
function splitAssignment(word: string): readonly string[] {
  const [, flag = '', value = ''] = /^(--[a-z-]+)=(.*)$/s.exec(word) ?? [];
  const known = modifierFlags.has(flag) || valueOptions.has(flag) || actionOf.get(flag)?.takesServer === true;
  return known ? [flag, value] : [word];
}

function beginsWithCommand(words: readonly string[]): boolean {
  let at = 0;
  while (valueOptions.has(words[at] ?? '')) at += 2;
  return !(words[at] ?? '-').startsWith('-');
}

function scan(words: readonly string[]): Found | string {
  const found: Found = { actions: [], modifiers: [], rest: [] };
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    const next = words[at + 1];
    const action = actionOf.get(word);
    if (word === '--') {
      found.rest.push(...words.slice(at));
      break;
    }
    if (action?.takesServer === true) {
      if (next === undefined || next === '' || next.startsWith('-'))
        return `${word} needs the id of a server after it`;
      found.actions.push({ action, server: next });
      at += 1;
    } else if (action !== undefined) {
      found.actions.push({ action, server: '' });
    } else if (next !== undefined && (modifierFlags.has(word) || valueOptions.has(word))) {
      if (modifierFlags.has(word)) found.modifiers.push({ flag: word, value: next });
      else found.rest.push(word, next);
      at += 1;
    } else {
      found.rest.push(word);
    }
  }
  return found;
}

function rewrite({ actions: given, modifiers, rest }: Found): Translation {
  const json = given.find(({ action }) => action.flag === '--status-json');
  // `--status --status-json` asks for one thing, in one of its two forms.
  const wanted = given.filter(({ action }) => json === undefined || action.flag !== '--status');
  const [first, ...others] = wanted;
  if (first === undefined) return { ok: true, argv: rest };
  const other = others.find(({ action, server }) => action !== first.action || server !== first.server);
  if (other !== undefined) {
    const both =
      first.action === other.action
        ? `two ${first.action.flag}`
        : `${first.action.flag} and ${other.action.flag}`;
    return { ok: false, message: `${both} can't go together: give one of them` };
  }
  const stray = modifiers.find(({ flag }) => !first.action.modifiers.includes(flag));
  if (stray !== undefined) {
    const owners = actions.filter(({ modifiers: own }) => own.includes(stray.flag)).map(({ flag }) => flag);
    return {
      ok: false,
      message: `${stray.flag} goes with ${owners.join(' or ')}, not with ${first.action.flag}`,
    };
  }
  return { ok: true, argv: [...first.action.command(first.server), ...modifiers.flatMap(asOption), ...rest] };
}

function asOption({ flag, value }: { readonly flag: string; readonly value: string }): readonly string[] {
  if (flag === '--tool') return [value];
  return [flag === '--status-limit' ? '--limit' : flag, value];
}
