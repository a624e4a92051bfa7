import type { WhyAnswer } from 'lmcp-gateway/src/api/access.ts';
import { Resource } from '../resource.svelte.ts';
import { staging } from '../staging.svelte.ts';

interface Call {
  client: string;
  server: string;
  tool: string | null;
}

/** Why a call is allowed or denied, by the active registry; null while nothing is chosen. */
export function whyOf(call: () => Call | null): Resource<WhyAnswer, Call> {
  return new Resource((routes, asked) => routes.why(asked), {
    key: call,
    on: () => staging.base?.revision,
  });
}
