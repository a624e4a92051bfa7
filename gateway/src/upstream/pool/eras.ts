import type { UpstreamError } from '../../errors.ts';
import type { KnownEras } from '../rpc/handshake.ts';
import type { Era } from '../types.ts';

/** Failures in which the server itself had its say. */
const answered: ReadonlySet<UpstreamError['kind']> = new Set(['start_failed', 'protocol', 'http_status']);

/** What was found out about the eras of one server, for all its instances. */
export class Eras {
  #known: KnownEras = {};

  get known(): KnownEras {
    return this.#known;
  }

  /** A start in the client's era has ended up in this one. */
  learn(asked: Era, found: Era): void {
    this.#known = { ...this.#known, [found]: true, ...(asked === found ? {} : { [asked]: false }) };
  }

  /** A start failed: what is remembered may be wrong. A server that ends when it is asked for the newer era is not asked again. */
  failed(asked: Era, kind: UpstreamError['kind']): void {
    const died = kind === 'exited' && asked === 'modern' && this.#known.modern === undefined;
    if (died) this.#known = { modern: false };
    else if (answered.has(kind)) this.#known = {};
  }

  /** Another definition, another server. */
  forget(): void {
    this.#known = {};
  }

  /** The eras whose instances serve a client of this one, best first: all of them if the server supports only one. */
  served(era: Era): readonly Era[] {
    const other = era === 'legacy' ? 'modern' : 'legacy';
    const single = this.#known.legacy === false || this.#known.modern === false;
    return single ? [era, other] : [era];
  }
}
