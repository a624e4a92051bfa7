import { endpointGroups } from './endpoints.ts';
import type { Endpoint } from './endpoint.ts';

/** What the management scope `access` may do beside reading, as `POST /path`; changes of the registry are looked at one by one. */
export const accessActions: ReadonlySet<string> = new Set(
  Object.values(endpointGroups)
    .flatMap((group) => Object.values<Endpoint>(group))
    .filter(({ scope }) => scope === 'access')
    .map(({ method, path }) => `${method} ${path}`),
);
