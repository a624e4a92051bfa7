import type { OversizedMessage } from '../types.ts';

/** Where a framing puts what it finds in a stream of bytes. */
export interface FrameSink {
  /** One message, decoded; `bytes` is its size on the wire without the framing. */
  message(text: string, bytes: number): void;
  /** A message above the limit went by; it was never held in memory. */
  oversized(message: OversizedMessage): void;
  /** One message exceeds the size up to which it is worth reading on. Nothing is delivered after this. */
  flooded(bytes: number): void;
}

/** One direction of stdio: bytes to messages. */
export interface FrameReader {
  push(chunk: Buffer): void;
  /** End of the stream: what is there unfinished is delivered as it is. */
  end(): void;
  /** Bytes held in memory at this moment. */
  readonly buffered: number;
}

export interface FrameLimits {
  /** The largest message that is delivered. */
  readonly message: number;
  /** The largest message that is read to its end in order to find out where the next one starts. */
  readonly discarded: number;
}

/** A way to mark where a message ends, in both directions. */
export interface Framing {
  encode(text: string): string;
  reader(sink: FrameSink, limits: FrameLimits): FrameReader;
}
