import { isRequestId, type RequestId } from '../../mcp/jsonrpc/message.ts';
import { parseLossless } from '../../json/lossless.ts';

const [quote, backslash, comma, colon] = [0x22, 0x5c, 0x2c, 0x3a];
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d];

/** `"method"` with each letter written as `\u00xx`: no longer key can be one of the two that are looked for. */
const maxKeyBytes = 38;
const maxIdBytes = 1024;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Finds the top-level `id` of a JSON-RPC request in its bytes, in constant memory and without parsing the rest: the body of a
 * caller without credentials is answered with its id and is otherwise not looked at. An `id` below the top level is none of
 * the request's. What is not a JSON object has no id; it is not validated beyond that.
 */
export class RequestIdScanner {
  #id: RequestId | undefined;
  #hasMethod = false;
  /** 1: among the members of the message itself. */
  #depth = 0;
  #over = false;
  #inString = false;
  #escaped = false;
  #expectsKey = true;
  #key: string | undefined;
  /** The bytes of the key or of the id so far; undefined where nothing is being kept. */
  #kept: number[] | undefined;
  #maxKept = 0;

  /** The request's id: known once both `id` and `method` have been seen, in either order. */
  get id(): RequestId | undefined {
    return this.#hasMethod ? this.#id : undefined;
  }

  /** True when further bytes change nothing. */
  get done(): boolean {
    return this.#over || this.id !== undefined;
  }

  take(bytes: Uint8Array): void {
    for (const byte of bytes) {
      if (this.done) return;
      if (this.#inString) this.#inside(byte);
      else this.#between(byte);
    }
  }

  #inside(byte: number): void {
    this.#keep(byte);
    if (this.#escaped) this.#escaped = false;
    else if (byte === backslash) this.#escaped = true;
    else if (byte === quote) {
      this.#inString = false;
      if (this.#depth === 1) this.#endString();
    }
  }

  #between(byte: number): void {
    switch (byte) {
      case quote:
        this.#inString = true;
        this.#escaped = false;
        if (this.#depth === 1) this.#beginString();
        else if (this.#depth === 0) this.#over = true;
        return;
      case openBrace:
      case openBracket:
        this.#over = this.#depth === 0 && byte === openBracket;
        this.#depth += 1;
        return;
      case closeBrace:
      case closeBracket:
        if (this.#depth === 1) this.#endMember();
        this.#depth -= 1;
        this.#over = this.#depth <= 0;
        return;
      case comma:
        if (this.#depth === 1) this.#endMember();
        return;
      case colon:
        if (this.#depth === 1) this.#expectsKey = false;
        return;
      default:
        this.#literal(byte);
    }
  }

  #beginString(): void {
    if (this.#expectsKey) this.#keepFrom(maxKeyBytes);
    else if (this.#key === 'id') this.#keepFrom(maxIdBytes);
    this.#keep(quote);
  }

  #endString(): void {
    if (this.#expectsKey) {
      const key = this.#keptValue();
      this.#key = typeof key === 'string' ? key : undefined;
      this.#kept = undefined;
    } else if (this.#key === 'method') this.#hasMethod = true;
  }

  /** A number, `true`, `null`, or white space. */
  #literal(byte: number): void {
    const isSpace = byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
    if (isSpace) return;
    if (this.#depth === 0) this.#over = true;
    if (this.#depth !== 1 || this.#expectsKey || this.#key !== 'id') return;
    if (this.#kept === undefined) this.#keepFrom(maxIdBytes);
    this.#keep(byte);
  }

  #endMember(): void {
    if (!this.#expectsKey && this.#key === 'id') {
      const value = this.#keptValue();
      if (isRequestId(value)) this.#id = value;
    }
    this.#kept = undefined;
    this.#key = undefined;
    this.#expectsKey = true;
  }

  #keepFrom(limit: number): void {
    this.#kept = [];
    this.#maxKept = limit;
  }

  #keep(byte: number): void {
    if (this.#kept !== undefined && this.#kept.length <= this.#maxKept) this.#kept.push(byte);
  }

  #keptValue(): unknown {
    if (this.#kept === undefined || this.#kept.length > this.#maxKept) return undefined;
    try {
      return parseLossless(utf8.decode(Uint8Array.from(this.#kept)));
    } catch {
      return undefined;
    }
  }
}
