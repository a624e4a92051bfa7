/** What the operating system is to start when the person logs in. */
export interface ServiceProgram {
  /** The Node and the script of the command that installs the service; absolute. */
  readonly node: string;
  readonly script: string;
  readonly registry: string;
  /** Variables of the shell that installs it, PATH among them: else `npx` and `uvx` are not found. */
  readonly env: Readonly<Record<string, string>>;
}

/** The machine, as a parameter: each platform's service is tested on any. */
export interface ServiceMachine {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly uid: number;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export type CommandLine = readonly [program: string, ...args: string[]];

/** The service of one platform: its file, and the commands that the platform manages it with. */
export interface Service {
  readonly manager: string;
  readonly file: string;
  readonly text: string;
  readonly encoding: 'utf8' | 'utf16le';
  readonly install: readonly CommandLine[];
  readonly uninstall: readonly CommandLine[];
  readonly status: CommandLine;
  readonly logs: CommandLine;
  /** What the person should know once it is installed. */
  readonly note: string | null;
}

/** The arguments after Node: a gateway that asks nothing. */
export function serveArguments({ script, registry }: ServiceProgram): readonly string[] {
  return [script, 'serve', '--no-open', '--registry', registry];
}

const inComments: Readonly<Record<string, string>> = { '<': '\\u003c', '>': '\\u003e', '-': '\\u002d' };

/** The line of a service's file that says what was recorded, so that it ends no comment of XML. */
export function recordOf(program: ServiceProgram): string {
  const json = JSON.stringify(program).replace(/[<>-]/g, (character) => inComments[character] ?? '');
  return `lmcp: ${json}`;
}

/** What an installed service's file says; undefined where it is no file of `lmcp service`. */
export function recordedProgram(text: string): ServiceProgram | undefined {
  const [, json] = /\blmcp: (\{.*\})/.exec(text) ?? [];
  try {
    return json === undefined ? undefined : (JSON.parse(json) as ServiceProgram);
  } catch {
    return undefined;
  }
}
