import { isObject, own } from '../../jsonrpc/message.ts';

/**
 * MCP Apps (SEP-1865): a tool names the view that shows its results, a resource of the scheme `ui:`, in `_meta.ui.resourceUri`
 * (before: `_meta["ui/resourceUri"]`), and the view calls tools of its server by their own names. Hosts and views don't know
 * the names of `/mcp`, so `/mcp` accepts both if they refer to exactly one server.
 */
const scheme = 'ui:';

export function isView(uri: string): boolean {
  return uri.toLowerCase().startsWith(scheme);
}

/** The view named by a tool or its result. */
export function viewOf(described: Readonly<Record<string, unknown>>): unknown {
  const meta = own(described, '_meta');
  if (!isObject(meta)) return undefined;
  const ui = own(meta, 'ui');
  return (isObject(ui) ? own(ui, 'resourceUri') : undefined) ?? own(meta, 'ui/resourceUri');
}
