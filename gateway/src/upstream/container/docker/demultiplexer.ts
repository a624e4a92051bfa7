const headerSize = 8;
const stderrStream = 2;

/**
 * Takes the Engine API's attach stream apart (ContainerAttach, "Stream format": a byte for the stream, three zeros, four
 * bytes of length). Hands slices on as they come, in linear time and without holding any payload.
 */
export class Demultiplexer {
  readonly #stdout: (chunk: Buffer) => void;
  readonly #stderr: (chunk: Buffer) => void;
  readonly #header = Buffer.alloc(headerSize);
  #headerBytes = 0;
  #payloadLeft = 0;
  #isStderr = false;

  constructor(stdout: (chunk: Buffer) => void, stderr: (chunk: Buffer) => void) {
    this.#stdout = stdout;
    this.#stderr = stderr;
  }

  /** @returns false when the bytes are no such stream; nothing after them can be read */
  push(chunk: Buffer): boolean {
    let at = 0;
    while (at < chunk.length) {
      if (this.#payloadLeft > 0) {
        const end = Math.min(at + this.#payloadLeft, chunk.length);
        (this.#isStderr ? this.#stderr : this.#stdout)(chunk.subarray(at, end));
        this.#payloadLeft -= end - at;
        at = end;
        continue;
      }
      const copied = chunk.copy(this.#header, this.#headerBytes, at);
      this.#headerBytes += copied;
      at += copied;
      if (this.#headerBytes === headerSize && !this.#startPayload()) return false;
    }
    return true;
  }

  #startPayload(): boolean {
    this.#headerBytes = 0;
    const stream = this.#header[0] ?? 0;
    this.#isStderr = stream === stderrStream;
    this.#payloadLeft = this.#header.readUInt32BE(4);
    return stream <= stderrStream && this.#header[1] === 0 && this.#header[2] === 0 && this.#header[3] === 0;
  }
}
