/** The HTTP server that a bridge forwards to. */
export interface Behind {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * The server behind `npx mcp-remote URL --header "Name: value"`: a bridge for applications that only start commands.
 * @param env of the bridge; `${NAME}` in its headers is filled from it
 * @returns undefined where the command is none
 */
export function unwrapped(
  command: readonly string[],
  env: Readonly<Record<string, string>>,
): Behind | undefined {
  const at = command.findIndex((word) => /^(.*[/\\])?mcp-remote(@[\w.-]+)?$/.test(word));
  const url = command[at + 1];
  if (at === -1 || url === undefined || !/^https?:\/\//.test(url)) return undefined;
  const pairs = command.flatMap((word, index) =>
    word === '--header' ? [headerOf(command[index + 1] ?? '', env)] : [],
  );
  const headers = Object.fromEntries(pairs.filter(([name]) => name !== ''));
  return Object.keys(headers).length === 0 ? { url } : { url, headers };
}

function headerOf(text: string, env: Readonly<Record<string, string>>): readonly [string, string] {
  const colon = text.indexOf(':');
  const value = text.slice(colon + 1).trim();
  const filled = value.replace(/\$\{([A-Za-z_]\w*)\}/g, (whole, name: string) => env[name] ?? whole);
  return [text.slice(0, Math.max(colon, 0)).trim(), filled];
}
