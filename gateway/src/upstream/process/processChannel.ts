import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { UpstreamError } from '../../errors.ts';
import type { ProcessServer } from '../../registry/types.ts';
import { Backpressure } from '../framing/backpressure.ts';
import { contentLength } from '../framing/contentLength.ts';
import type { FrameReader, Framing } from '../framing/framing.ts';
import { lines } from '../framing/lines.ts';
import { frameLimits } from '../messageLimit.ts';
import { StderrTail } from '../framing/stderrTail.ts';
import { StdinWriter } from '../framing/stdinWriter.ts';
import type { Channel, ChannelEvents } from '../types.ts';
import { endTree, killLeftovers } from './endTree.ts';
import type { Tree } from './tree.ts';
import type { Watchdog } from './watchdog.ts';

/** Milliseconds that output may arrive after the exit: a grandchild can keep the pipe open forever. */
const lastOutput = 500;
/** Milliseconds that a server may keep running after it closed one of its pipes. */
const afterPipeClosed = 1_000;

interface Parts {
  readonly child: ChildProcessWithoutNullStreams;
  readonly server: ProcessServer;
  readonly mark: string;
  readonly events: ChannelEvents;
  readonly watchdog: Watchdog;
}

/** JSON-RPC messages over the stdin and stdout of a child process. */
export class ProcessChannel implements Channel {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #serverId: string;
  readonly #events: ChannelEvents;
  readonly #watchdog: Watchdog;
  readonly #tree: Tree;
  readonly #framing: Framing;
  readonly #reader: FrameReader;
  readonly #stdin: StdinWriter;
  readonly #backpressure: Backpressure;
  readonly #stderr = new StderrTail();
  readonly #exit = Promise.withResolvers<undefined>();
  #closing: Promise<void> | undefined;
  #cause: UpstreamError | undefined;
  #ended = false;

  constructor({ child, server, mark, events, watchdog }: Parts) {
    this.#child = child;
    this.#serverId = server.id;
    this.#events = events;
    this.#watchdog = watchdog;
    // A child that was spawned has a pid.
    this.#tree = { pid: child.pid ?? 0, mark };
    this.#framing = server.stdioMode === 'content-length' ? contentLength : lines;
    this.#reader = this.#framing.reader(
      {
        message: (text, bytes) => this.#backpressure.until(events.message(text, bytes)),
        oversized: (message) => events.oversized?.(message),
        flooded: (bytes) =>
          this.#giveUp(
            `sent ${Math.round(bytes / 1024 / 1024)} MiB without the end of a message and was stopped.`,
          ),
      },
      frameLimits(events),
    );
    this.#backpressure = new Backpressure(child.stdout);
    this.#stdin = new StdinWriter(child.stdin, server.id, events.unsent);
    watchdog.watch(this.#tree.pid);
    this.#listen();
  }

  send(text: string): Promise<void> {
    return this.#stdin.write(this.#framing.encode(text));
  }

  stderrTail(): string {
    return this.#stderr.text();
  }

  close(): Promise<void> {
    this.#closing ??= endTree(this.#tree, () => this.#stdin.end()).then(async () => {
      await Promise.race([this.#exit.promise, pause(lastOutput, undefined, { ref: false })]);
      // Stop waiting, even if the process can't be killed.
      this.#end(this.#child.exitCode, this.#child.signalCode);
      this.#letGo();
    });
    return this.#closing;
  }

  #listen(): void {
    const { stdin, stdout, stderr } = this.#child;
    stdout.on('data', (chunk: Buffer) => {
      if (!this.#ended) this.#reader.push(chunk);
    });
    stderr.on('data', (chunk: Buffer) => {
      this.#stderr.push(chunk);
      this.#events.stderr?.(chunk);
    });
    // The exit reports a broken pipe.
    stdout.on('error', () => undefined);
    stderr.on('error', () => undefined);
    this.#child.on('error', () => undefined);
    stdout.once('end', () => this.#pipeClosed('output'));
    stdin.once('error', () => this.#pipeClosed('input'));
    this.#child.once('exit', (code, signal) => this.#exited(code, signal));
  }

  /** A running server with a closed pipe is unusable. Usually it is about to exit. */
  #pipeClosed(pipe: 'input' | 'output'): void {
    this.#ending();
    setTimeout(() => {
      if (!this.#closing) this.#giveUp(`closed its ${pipe} and was stopped.`);
    }, afterPipeClosed).unref();
  }

  #giveUp(message: string): void {
    this.#cause = new UpstreamError('protocol', `Server "${this.#serverId}" ${message}`);
    this.#end(null, null);
    void this.close();
  }

  #exited(code: number | null, signal: string | null): void {
    this.#backpressure.lift();
    this.#ending();
    const end = (): void => {
      this.#end(code, signal);
      this.#closing ??= killLeftovers(this.#tree).then(() => this.#letGo());
      this.#exit.resolve(undefined);
    };
    if (this.#child.stdout.readableEnded) {
      end();
    } else {
      this.#child.stdout.once('close', end);
      setTimeout(end, lastOutput).unref();
    }
  }

  #ending(): void {
    if (!this.#ended && this.#closing === undefined) this.#events.ending?.();
  }

  #end(code: number | null, signal: string | null): void {
    if (this.#ended) return;
    this.#reader.end();
    this.#ended = true;
    this.#stdin.fail(new UpstreamError('exited', `Server "${this.#serverId}" has exited.`));
    const expected = this.#closing !== undefined && !this.#cause;
    this.#events.end({ expected, code, signal, ...(this.#cause && { error: this.#cause }) });
  }

  #letGo(): void {
    this.#watchdog.unwatch(this.#tree.pid);
    this.#child.stdin.destroy();
    this.#child.stdout.destroy();
    this.#child.stderr.destroy();
  }
}
