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

/** What a platform's file is written from. */
export interface ServiceStart {
  /** A gateway that asks nothing: Node, its script, the arguments. */
  readonly command: readonly string[];
  readonly env: ServiceProgram['env'];
  /** A line for a comment of the file; `recordedProgram` reads it. */
  readonly record: string;
}

export function serviceStart(program: ServiceProgram): ServiceStart {
  const { node, script, registry, env } = program;
  const command = [node, script, 'serve', '--no-open', '--registry', registry];
  return { command, env, record: recordLine(program) };
}

const inComments: Readonly<Record<string, string>> = { '<': '\\u003c', '>': '\\u003e', '-': '\\u002d' };

/** What was recorded, written so that it ends no comment of XML. */
function recordLine(program: ServiceProgram): string {
  const json = JSON.stringify(program).replace(/[<>-]/g, (character) => inComments[character] ?? '');
  return `lmcp: ${json}`;
}

/** What an installed service's file says; undefined where it is not a file of `lmcp service`. */
export function recordedProgram(text: string): ServiceProgram | undefined {
  const [, json] = /\blmcp: (\{.*\})/.exec(text) ?? [];
  try {
    return json === undefined ? undefined : (JSON.parse(json) as ServiceProgram);
  } catch {
    return undefined;
  }
}
