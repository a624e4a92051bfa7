import type { Readable } from 'node:stream';

/** A response whose body is still to be read, or to be destroyed. */
export interface HttpAnswer {
  readonly status: number;
  /** By names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Readable;
}

export function hasType({ headers }: Pick<HttpAnswer, 'headers'>, type: string): boolean {
  return (headers['content-type'] ?? '').toLowerCase().split(';', 1)[0]?.trim() === type;
}
