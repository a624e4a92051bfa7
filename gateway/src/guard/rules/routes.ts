import { cacheVolumePrefix } from '../../registry/container/installation.ts';
import * as runFields from '../../registry/container/run/runFields.ts';
import { eventNames } from '../../upstream/container/docker/engine/engineEvents.ts';
import { containerLabel, containerNamePrefix } from '../../upstream/container/docker/labels.ts';
import type { GuardRules } from '../../registry/container/guardRules/rules.ts';

/** A call that the guard supports; `path` is sent to the engine and is built from known parts only. */
export type Route =
  /** Nothing to check. */
  | { readonly kind: 'ask'; readonly method: 'GET' | 'HEAD'; readonly path: string; readonly answer: Answer }
  /** From an image registry, which must be allowed. */
  | { readonly kind: 'pull'; readonly path: string; readonly image: string }
  | { readonly kind: 'create'; readonly name: string | undefined; readonly platform: string | undefined }
  /** The limits that the engine can enforce; no other information about its machine. */
  | { readonly kind: 'limits' }
  /** The installation's own caches. */
  | { readonly kind: 'volumes'; readonly path: string }
  | { readonly kind: 'volumeSizes' }
  | { readonly kind: 'removeVolume'; readonly name: string }
  /** On one container, which must be the installation's own; `path` returns the engine's path for its full id. */
  | {
      readonly kind: 'container';
      readonly method: 'GET' | 'POST' | 'DELETE';
      readonly action: Action;
      readonly id: string;
      readonly path: (id: string) => string;
    };
export type Answer = 'ping' | 'version' | 'list' | 'image' | 'events';
export type Action = 'stats' | 'attach' | 'start' | 'stop' | 'remove';

interface ContainerAction {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly action: Action;
  readonly suffix: (query: URLSearchParams) => string;
}

const containerActions: Readonly<Record<string, ContainerAction>> = {
  'GET stats': { method: 'GET', action: 'stats', suffix: () => '/stats?stream=false&one-shot=true' },
  'POST attach': {
    method: 'POST',
    action: 'attach',
    suffix: () => '/attach?stream=1&stdin=1&stdout=1&stderr=1',
  },
  'POST start': { method: 'POST', action: 'start', suffix: () => '/start' },
  'POST stop': { method: 'POST', action: 'stop', suffix: (query) => `/stop?t=${seconds(query.get('t'))}` },
  'DELETE ': { method: 'DELETE', action: 'remove', suffix: () => '?force=true&v=true' },
};

/**
 * The call of a request, or undefined if a gateway makes no such call. Lists and events are always limited to the
 * installation's own containers, whatever the request contains.
 */
export function route(method: string, url: string, rules: GuardRules): Route | undefined {
  if (!url.startsWith('/') || !URL.canParse(url, 'http://engine')) return undefined;
  const { pathname, searchParams: query } = new URL(url, 'http://engine');
  const path = pathname.replace(/^\/v1\.\d{1,3}(?=\/)/, '');
  const known = plainRoute(method, path, query, rules);
  if (known) return known;
  if (method === 'POST' && path === '/containers/create') {
    const platform = query.get('platform') ?? undefined;
    if (!isPlatform(platform)) return undefined;
    return { kind: 'create', name: query.get('name') ?? undefined, platform };
  }
  if (method === 'DELETE' && path.startsWith('/volumes/'))
    return volume(path.slice('/volumes/'.length), rules);
  const container = /^\/containers\/([A-Za-z0-9][\w.-]{0,250})(?:\/([a-z]+))?$/.exec(path);
  const action = container && containerActions[`${method} ${container[2] ?? ''}`];
  if (!container?.[1] || !action) return undefined;
  const suffix = action.suffix(query);
  return {
    kind: 'container',
    method: action.method,
    action: action.action,
    id: container[1],
    path: (id) => `/containers/${id}${suffix}`,
  };
}

function plainRoute(
  method: string,
  path: string,
  query: URLSearchParams,
  rules: GuardRules,
): Route | undefined {
  const ours = { label: [`${containerLabel.instance}=${rules.instance}`] };
  if ((method === 'GET' || method === 'HEAD') && path === '/_ping') {
    return { kind: 'ask', method, path, answer: 'ping' };
  }
  if (method === 'POST') return path === '/images/create' && rules.pull ? pull(query) : undefined;
  if (method !== 'GET') return undefined;
  if (path === '/version') return { kind: 'ask', method, path, answer: 'version' };
  if (path === '/info') return { kind: 'limits' };
  if (path === '/volumes') {
    return { kind: 'volumes', path: ownCaches(rules) };
  }
  if (path === '/system/df') return query.get('type') === 'volume' ? { kind: 'volumeSizes' } : undefined;
  if (path === '/containers/json') {
    return { kind: 'ask', method, path: ownContainers(rules), answer: 'list' };
  }
  if (path === '/events') {
    const ends = { ...ours, type: ['container'], event: eventNames };
    return { kind: 'ask', method, path: `${path}?filters=${filters(ends)}`, answer: 'events' };
  }
  const image = /^\/images\/(.+)\/json$/.exec(path)?.[1];
  return image !== undefined && isReference(image)
    ? { kind: 'ask', method, path, answer: 'image' }
    : undefined;
}

/** The list of the installation's caches. */
export function ownCaches({ instance }: GuardRules): string {
  return `/volumes?filters=${filters({ name: [cacheVolumePrefix(instance)] })}`;
}

function volume(name: string, { instance }: GuardRules): Route | undefined {
  const isOwn = name.startsWith(cacheVolumePrefix(instance)) && /^[A-Za-z0-9][\w.-]{0,200}$/.test(name);
  return isOwn ? { kind: 'removeVolume', name } : undefined;
}

/** The list of the installation's own containers, by label and name, since an image can set any label. */
export function ownContainers({ instance }: GuardRules): string {
  const label = [`${containerLabel.instance}=${instance}`];
  return `/containers/json?all=true&filters=${filters({ label, name: [`^/${containerNamePrefix(instance)}`] })}`;
}

/** Pulls only from an image registry: never `fromSrc`, which takes an address or a body. */
function pull(query: URLSearchParams): Route | undefined {
  const image = query.get('fromImage') ?? '';
  const tag = query.get('tag') ?? '';
  const platform = query.get('platform') ?? undefined;
  if (query.has('fromSrc') || !isPlatform(platform) || !isReference(image) || !/^[\w.:-]{0,128}$/.test(tag))
    return undefined;
  const what = new URLSearchParams({
    fromImage: image,
    ...(tag !== '' && { tag }),
    ...(platform !== undefined && { platform }),
  });
  return { kind: 'pull', image, path: `/images/create?${what.toString()}` };
}

function isReference(image: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,254}$/.test(image) && !/(^|\/)\.{1,2}(\/|$)|\/\//.test(image);
}

function isPlatform(written: string | undefined): boolean {
  return written === undefined || 'value' in runFields.platform(written);
}

const filters = (of: object): string => encodeURIComponent(JSON.stringify(of));

function seconds(written: string | null): number {
  const value = Number(written ?? '2');
  return Number.isInteger(value) && value >= 0 && value <= 60 ? value : 2;
}
