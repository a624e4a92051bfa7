import type { z } from 'zod';
import type { ApiErrorCode } from './errors.ts';
import type { Described } from './schema/named.ts';

/** A body that is not JSON; nothing checks its form. */
interface StreamBody {
  readonly mediaType: string;
  readonly description: string;
}

/** One method of one path: what routing, validation and documentation are made from. */
export interface Endpoint {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** As in `/management/servers/:server_id`. */
  readonly path: string;
  /**
   * `optional_management`: public, and answers more with the management token. `socket`: the gateway's user, through its Unix
   * socket. `sign_in_code`: who has the code of a sign-in link.
   */
  readonly auth: 'none' | 'optional_management' | 'client' | 'management' | 'socket' | 'sign_in_code';
  /** Whether the management scope `access` may do it; absent it may read (GET) and nothing else. `full`: not even that. */
  readonly scope?: 'access' | 'full';
  /** One sentence. */
  readonly summary: string;
  readonly query?: z.ZodObject;
  /** Has `examples` in its meta: an error about the body shows the first. */
  readonly body?: z.ZodType;
  /** The error of a body that does not match; `malformed_request` where absent. */
  readonly bodyError?: ApiErrorCode;
  readonly answer: z.ZodType | StreamBody;
  /** Of a successful answer; 200 where absent. */
  readonly status?: number;
  /** Whether it honours `If-Match`. */
  readonly ifMatch?: true;
  /** The errors of this endpoint, beside those that every endpoint of its kind can have. */
  readonly errors: readonly ApiErrorCode[];
}

export type Endpoints = Readonly<Record<string, Endpoint>>;

/** Keeps the exact types of the path and the schemas. */
export function endpoint<const E extends Endpoint>(definition: E): E {
  return definition;
}

/** What any request can be answered with, before it reaches its endpoint or when the gateway fails. */
export const commonErrors = [
  'malformed_request',
  'host_not_allowed',
  'origin_not_allowed',
  'rate_limited',
  'internal_error',
  'audit_unavailable',
  'shutting_down',
] as const satisfies readonly ApiErrorCode[];

/** The errors that an endpoint can answer with beside the common ones: its own, and those of its kind. */
export function errorsOf({
  method,
  auth,
  scope,
  query,
  body,
  bodyError,
  errors,
}: Endpoint): readonly ApiErrorCode[] {
  const management = auth === 'management';
  const all: ApiErrorCode[] = [
    ...(management ? (['management_disabled', 'management_unauthorized'] as const) : []),
    ...(management && (method !== 'GET' || scope === 'full') ? (['management_scope'] as const) : []),
    ...(management && query !== undefined ? (['invalid_query'] as const) : []),
    ...(body === undefined ? [] : (['request_too_large', bodyError ?? 'malformed_request'] as const)),
    ...errors,
  ];
  return [...new Set(all)];
}

/** The names of a path's parameters, as in `:server_id`. */
export type ParamsOf<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | ParamsOf<`/${Rest}`>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never;

export type QueryOf<E extends Endpoint> = E extends { readonly query: infer S extends z.ZodType }
  ? Described<S>
  : undefined;

export type BodyOf<E extends Endpoint> = E extends { readonly body: infer S extends z.ZodType }
  ? Described<S>
  : undefined;

export type AnswerOf<E extends Endpoint> = E extends { readonly answer: infer S extends z.ZodType }
  ? Described<S>
  : never;
