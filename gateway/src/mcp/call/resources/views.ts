import { isObject, own } from '../../jsonrpc/message.ts';

/**
 * MCP Apps (SEP-1865): a tool names the view that shows its results, a resource of the scheme `ui:`, in `_meta.ui.resourceUri`
 * (before: `_meta["ui/resourceUri"]`), and the view calls tools of its server by their own names. Hosts and views know nothing of
 * the names of `/mcp`, so both are understood there, where they mean one server alone.
 */
const scheme = 'ui:';

export function isView(uri: string): boolean {
  return uri.toLowerCase().startsWith(scheme);
}

/** The view that a tool, or its result, names. */
export function viewOf(described: Readonly<Record<string, unknown>>): unknown {
  const meta = own(described, '_meta');
  if (!isObject(meta)) return undefined;
  const ui = own(meta, 'ui');
  return (isObject(ui) ? own(ui, 'resourceUri') : undefined) ?? own(meta, 'ui/resourceUri');
}
