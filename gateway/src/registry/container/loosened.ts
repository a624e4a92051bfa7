import type { Server } from '../types.ts';

/** Each way in which a server is less confined than it could be, in words for status and interface; empty when there is none. */
export function loosenedOf(server: Server): readonly string[] {
  return [
    ...isolationOf(server),
    ...(server.unlistedTools === 'allow' ? [unlistedTools] : []),
    ...(server.unlistedResources === 'allow' ? [unlistedResources] : []),
  ];
}

const unlistedTools = 'tools and prompts that it does not list may be used (unlisted_tools: allow)';
const unlistedResources = 'resources that it does not list may be read (unlisted_resources: allow)';

function isolationOf(server: Server): readonly string[] {
  if (server.runtime === 'container') return server.spec.loosened;
  return server.runtime === 'process' ? (server.loosened ?? []) : [];
}
