import type { FoundServer } from './found.ts';

const runners = /^(?:npx|uvx|bunx|pnpm|npm|yarn|bun|pipx|uv|node|python3?|deno|docker|podman|dnx|go)$/;
const assignment = /^[A-Za-z_]\w*=/;
/** Options of runners of packages that take a value. */
const withValue = new Set([
  '-p',
  '--package',
  '--from',
  '--with',
  '--python',
  '-w',
  '--registry',
  '--index-url',
]);

/**
 * A server written as one command, as a README has it (`npx -y @scope/server-x folder`, `docker run …`, `KEY=value uvx …`), or as its
 * address.
 * @returns undefined where the text is neither
 */
export function readCommandLine(text: string): FoundServer | undefined {
  const line = text
    .trim()
    .replaceAll(/\\\r?\n\s*/g, ' ')
    .replace(/^[$>]\s+/, '');
  if (/^https?:\/\/\S+$/i.test(line)) return { name: nameOfUrl(line), entry: { url: line }, project: null };
  if (line === '' || line.includes('\n')) return undefined;
  const words = wordsOf(line);
  if (words === undefined) return undefined;
  const start = words.findIndex((word) => !assignment.test(word));
  const [program, ...args] = words.slice(start);
  if (start === -1 || program === undefined || !runners.test(program)) return undefined;
  const env = Object.fromEntries(
    words
      .slice(0, start)
      .map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]),
  );
  const entry = { command: program, args, ...(start > 0 && { env }) };
  return { name: nameOfCommand(program, args), entry, project: null };
}

/** The words of a line of a POSIX shell; undefined where the shell would do more than split it. */
function wordsOf(line: string): string[] | undefined {
  const words: string[] = [];
  const token = /\s*((?:[^\s"'\\|&;<>()`]|\\.|'[^']*'|"(?:[^"\\]|\\.)*")+)\s*/gy;
  let end = 0;
  for (const match of line.matchAll(token)) {
    const [whole, raw = ''] = match;
    end = match.index + whole.length;
    words.push(
      raw.replaceAll(
        /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)/g,
        (_all, plain: string | undefined, quoted: string | undefined, escaped: string | undefined) =>
          plain ?? quoted?.replaceAll(/\\(["\\$`])/g, '$1') ?? escaped ?? '',
      ),
    );
  }
  return end === line.length ? words : undefined;
}

/** What is run, without scope, version and what every server is called. */
function nameOfCommand(program: string, args: readonly string[]): string {
  const isEngine = program === 'docker' || program === 'podman';
  const plain = args.filter((word, index) => !word.startsWith('-') && !withValue.has(args[index - 1] ?? ''));
  const image = plain.find((word) => /[/:]/.test(word) && !/[=,]/.test(word) && !/^[./~]/.test(word));
  const packaged = plain.find((word) => !['exec', 'dlx', 'run', 'tool', 'x'].includes(word));
  return shortName((isEngine ? (image ?? plain.at(-1)) : packaged) ?? program);
}

function shortName(text: string): string {
  const last =
    text
      .replace(/(?<=.)[@:][^/]*$/, '')
      .split('/')
      .at(-1) ?? text;
  const bare = last
    .replace(/\.\w+$/, '')
    .replaceAll(/^(?:mcp-server-|server-|mcp-)|(?:-mcp-server|-mcp|-server)$/g, '');
  return bare === '' ? last : bare;
}

/** `mcp.linear.app` is linear. */
function nameOfUrl(url: string): string {
  const host = URL.canParse(url) ? new URL(url).hostname : '';
  const labels = /^[\d.[]|^localhost$/.test(host) ? [] : host.split('.');
  const known = labels.filter((label) => !['mcp', 'api', 'www'].includes(label));
  return (known.length > 1 ? known.at(-2) : known[0]) ?? 'server';
}
