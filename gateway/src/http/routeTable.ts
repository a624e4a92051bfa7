/** What the segments of a path say that a route names `:name`, decoded. */
export type PathParams = Readonly<Record<string, string>>;

interface Route<Handler> {
  /** Undefined for every method. */
  readonly method: string | undefined;
  /** A segment that begins with a colon takes any one that is not empty; a last `*` takes the rest, which may be nothing. */
  readonly segments: readonly string[];
  readonly handler: Handler;
}

export interface Matched<Handler> {
  readonly handler: Handler;
  readonly params: PathParams;
}

/**
 * Which handler answers which method and path. Of several the one that was added first does. Paths are compared as they came, segment by
 * segment: only what a `:name` takes is percent-decoded (RFC 3986, section 2.1).
 */
export class RouteTable<Handler> {
  /** Of paths without names, the usual case: found without taking the path apart. */
  readonly #fixed = new Map<string, Route<Handler>[]>();
  readonly #others: Route<Handler>[] = [];

  /** @param method undefined for every method */
  add(method: string | undefined, path: string, handler: Handler): void {
    const route = { method, segments: path.split('/'), handler };
    if (/[:*]/.test(path)) this.#others.push(route);
    else this.#fixed.set(path, [...(this.#fixed.get(path) ?? []), route]);
  }

  /** @param target with or without a query. A HEAD is answered as a GET is, but for its body (RFC 9110, section 9.3.2). */
  match(method: string, target: string): Matched<Handler> | undefined {
    const query = target.indexOf('?');
    const path = query < 0 ? target : target.slice(0, query);
    const asked = method === 'HEAD' ? 'GET' : method;
    for (const { method: own, handler } of this.#fixed.get(path) ?? [])
      if (own === undefined || own === asked) return { handler, params: none };
    const segments = path.split('/');
    for (const route of this.#others) {
      if (route.method !== undefined && route.method !== asked) continue;
      const params = paramsOf(route.segments, segments);
      if (params !== undefined) return { handler: route.handler, params };
    }
    return undefined;
  }
}

const none: PathParams = {};

/** Undefined where the path is another. */
function paramsOf(wanted: readonly string[], given: readonly string[]): PathParams | undefined {
  const takesRest = wanted.at(-1) === '*';
  const fixed = takesRest ? wanted.slice(0, -1) : wanted;
  if (takesRest ? given.length < fixed.length : given.length !== fixed.length) return undefined;
  const params: Record<string, string> = {};
  for (const [place, segment] of fixed.entries()) {
    const value = given[place] ?? '';
    if (segment.startsWith(':')) {
      const decoded = decode(value);
      if (decoded === undefined) return undefined;
      params[segment.slice(1)] = decoded;
    } else if (segment !== value) return undefined;
  }
  return params;
}

/** Undefined for nothing, and for what is no percent-encoded UTF-8. */
function decode(segment: string): string | undefined {
  if (segment === '') return undefined;
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
