import { Duplex, pipeline, Readable } from 'node:stream';
import zlib from 'node:zlib';
import { UpstreamError } from '../../../errors.ts';
import type { HttpAnswer } from './httpAnswer.ts';

/** Each event of a stream is given as soon as it has arrived; a body that is cut off gives what it holds, as with fetch. */
const inflate = { flush: zlib.constants.Z_SYNC_FLUSH, finishFlush: zlib.constants.Z_SYNC_FLUSH };
const brotli = {
  flush: zlib.constants.BROTLI_OPERATION_FLUSH,
  finishFlush: zlib.constants.BROTLI_OPERATION_FLUSH,
};

const decoders: Readonly<Record<string, () => Duplex>> = {
  gzip: () => zlib.createGunzip(inflate),
  'x-gzip': () => zlib.createGunzip(inflate),
  deflate: () => Duplex.from(inflated),
  br: () => zlib.createBrotliDecompress(brotli),
  zstd: () => zlib.createZstdDecompress(),
};

/** "deflate" is written with the zlib header, as RFC 9110 wants it, and without: the first byte tells. */
async function* inflated(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const chunks = source[Symbol.asyncIterator]();
  const first = await chunks.next();
  if (first.done === true) return;
  const inner =
    ((first.value[0] ?? 0) & 0x0f) === 0x08 ? zlib.createInflate(inflate) : zlib.createInflateRaw(inflate);
  pipeline(Readable.from(startingWith(first.value, chunks)), inner, () => undefined);
  yield* inner as AsyncIterable<Buffer>;
}

async function* startingWith(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

/** The most codings on one body; no server needs more. */
const maxCodings = 2;

/**
 * The body as it was before the codings of `Content-Encoding` (RFC 9110, section 8.4), which some servers and proxies apply
 * unasked. How much comes out is bounded by the reader.
 * @throws UpstreamError `protocol` for a coding that LMCP does not read
 */
export function decoded({ headers, body }: Pick<HttpAnswer, 'headers' | 'body'>, serverId: string): Readable {
  const codings = (headers['content-encoding'] ?? '')
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'identity');
  const chain = codings.reverse().map((coding) => decoders[coding]?.());
  if (chain.length > maxCodings || chain.includes(undefined)) {
    body.destroy();
    throw new UpstreamError(
      'protocol',
      `Server "${serverId}" compressed its answer in a way that LMCP does not read. ` +
        'It reads gzip, deflate, br and zstd.',
      `content-encoding: ${codings.join(', ').slice(0, 200)}`,
    );
  }
  const streams = chain as Duplex[];
  const last = streams.at(-1);
  if (last === undefined) return body;
  pipeline([body, ...streams], () => undefined);
  return last;
}
