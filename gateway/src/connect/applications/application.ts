import type { Platform } from './platform.ts';

/** What an application needs to reach the gateway as one client. */
export interface Connection {
  /** `http://127.0.0.1:7345/mcp` */
  readonly url: string;
  readonly clientId: string;
  readonly token: string;
  /** The bridge, for an application that only starts commands. */
  readonly bridge: Command;
}

/** A program that an application starts. */
export interface Command {
  /** Absolute: applications of a desktop do not have the PATH of a shell. */
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export type Format = 'json' | 'toml' | 'yaml';

/** One server in an application's file: keys and values in the application's own form. */
export type Entry = Readonly<Record<string, unknown>>;

/** Where the servers are in a file. */
export interface Place {
  /** Keys from the top of the file; a literal dot in a key is no separator. */
  readonly path: readonly string[];
  /** `map`: the server's name is the key; `list`: it is in the entry's `name`. */
  readonly kind: 'map' | 'list';
}

/** A file that an application reads servers from, and that `connect` does not write. */
export interface FurtherFile<Path> {
  /** A `*` in the name of a file or folder stands for any characters. */
  readonly path: Path;
  readonly format: Format;
  /** Servers may be in each of them. */
  readonly places: readonly Place[];
}

/** An application whose MCP configuration is known. */
export interface Application {
  /** The id on the command line. */
  readonly name: string;
  /** As its makers write it. */
  readonly title: string;
  readonly format: Format;
  readonly place: Place;
  /** The person's files, the usual one first. */
  readonly userFiles: (platform: Platform) => readonly string[];
  /** Files of a project, relative to its folder. */
  readonly projectFiles: readonly string[];
  /** More files of the person, and of a project, that only an import reads: of profiles, of older versions. */
  readonly alsoReads?: {
    readonly user: readonly FurtherFile<(platform: Platform) => string>[];
    /** Relative to the folder of the project. */
    readonly project: readonly FurtherFile<string>[];
  };
  /** The entry that makes it connect to the gateway; absent where it only starts commands. */
  readonly entry?: (connection: Connection) => Entry;
  /** The entry of a command; absent where that is `{command, args, env}`. */
  readonly starts?: (command: Command) => Entry;
  /**
   * How it reads `$NAME` in an entry; absent where that is text. `dollar`: as `${NAME}`. `shell`: the same, and `$(command)` is the
   * output of a command.
   */
  readonly variables?: 'dollar' | 'shell';
  /** A link that adds an entry, where the application opens such links. */
  readonly link?: (entry: Entry) => string;
  /** Where a person finds the file, if the path alone does not say it. */
  readonly where?: string;
  /** What the person should know. */
  readonly note?: string;
}

/** The name of the gateway's entry; VS Code shows it to the person. */
export const entryName = 'lmcp';

/**
 * The entry of the gateway in an application's file.
 * @param isBridged by the bridge, although the application could reach the gateway by itself
 */
export function entryFor(
  { entry, starts = plainCommand }: Application,
  connection: Connection,
  isBridged = false,
): Entry {
  return entry === undefined || isBridged ? starts(connection.bridge) : entry(connection);
}

function plainCommand({ program, args, env }: Command): Entry {
  return { command: program, args, ...(Object.keys(env).length > 0 && { env }) };
}
