import type { FetchOptions, GuardedFetch } from '../guardedFetch.ts';

/** What was asked for, oldest first. */
export interface DocumentFetch {
  readonly fetch: GuardedFetch;
  readonly asked: { readonly url: string; readonly options: FetchOptions }[];
}

/** A fetch for tests: JSON documents by their URL, and 404 for everything else. */
export function documentFetch(documents: Readonly<Record<string, unknown>>, status = 200): DocumentFetch {
  const asked: DocumentFetch['asked'] = [];
  return {
    asked,
    fetch: (url, options) => {
      asked.push({ url, options });
      const found = documents[url];
      return Promise.resolve(
        found === undefined ? new Response(null, { status: 404 }) : Response.json(found, { status }),
      );
    },
  };
}
