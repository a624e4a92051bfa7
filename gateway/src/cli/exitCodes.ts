/** What the command's exit status says; docs/cli.md lists them for scripts. */
export const ExitCode = {
  fine: 0,
  failed: 1,
  /** Wrong usage, or a registry that can't be used. */
  usage: 2,
  upstreamProtocol: 3,
  /** A server's command or image is not there. */
  notFound: 4,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** An expected end of a command that is no success: words for stderr, and the exit status. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
  readonly exitCode: ExitCode;
  /** `message` says what happened and what to do; never a token, an argument or a result. */
  constructor(message: string, exitCode: ExitCode = ExitCode.failed) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** A command line that can't be what was meant. */
export function usageFailure(message: string): CommandFailure {
  return new CommandFailure(message, ExitCode.usage);
}
