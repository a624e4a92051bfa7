import { UpstreamError } from '../../errors.ts';
import type { Server } from '../../registry/types.ts';
import { failureText } from '../secrets/failureText.ts';
import type { Owner } from '../types.ts';
import { limits } from '../limits.ts';
import { LineSplitter, type RawLine } from './lineSplitter.ts';
import type { OutputLog, OutputSource } from './outputLog.ts';

/** What one instance writes, line by line, into the log of its server, with its start and its end. */
export class InstanceOutput {
  readonly #log: OutputLog;
  readonly #source: OutputSource;
  readonly #stderr = new LineSplitter();

  constructor(log: OutputLog, server: Server, owner: Owner) {
    this.#log = log;
    // The management API has no id of a client.
    const isOfOne = server.scope !== 'shared' && owner.clientId !== '';
    this.#source = log.source(server, isOfOne ? owner.clientId : null);
    this.#note('Starting');
  }

  stderr(chunk: Buffer): void {
    this.#log.add(this.#source, 'stderr', this.#stderr.push(chunk));
  }

  /** Something on stdout that is not a message of MCP: a server may write millions of these, so a plain line takes the short way. */
  noise(text: string): void {
    this.#log.add(this.#source, 'stdout', isPlainLine(text) ? [{ text, cut: false }] : linesOf(text));
  }

  ready(): void {
    this.#note('Ready');
  }

  /** @throws `error`, always */
  notStarted(error: unknown): never {
    if (error instanceof UpstreamError) this.#note(failureText(this.#source.server, error));
    throw error;
  }

  /** @param error why it ended; undefined if LMCP stopped it */
  end(error: UpstreamError | undefined): void {
    this.#log.add(this.#source, 'stderr', this.#stderr.end());
    this.#note(error === undefined ? 'Stopped' : failureText(this.#source.server, error));
  }

  #note(text: string): void {
    this.#log.add(this.#source, 'gateway', [{ text, cut: false }]);
  }
}

function isPlainLine(text: string): boolean {
  return text.length <= limits.outputLine && !/[\r\n]/.test(text) && text.trim() !== '';
}

function linesOf(text: string): RawLine[] {
  const splitter = new LineSplitter();
  return [...splitter.push(Buffer.from(text)), ...splitter.end()];
}
