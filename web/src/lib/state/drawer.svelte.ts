import type { AuditLine } from 'lmcp-gateway/src/audit/types.ts';
import type { ServerTool } from 'lmcp-gateway/src/api/servers.ts';

export type DrawerContent =
  | { readonly kind: 'why'; readonly client: string; readonly server: string; readonly tool: string | null }
  | { readonly kind: 'line'; readonly line: AuditLine }
  | { readonly kind: 'client'; readonly client: string }
  | { readonly kind: 'tool'; readonly server: string; readonly tool: ServerTool };

/** The one drawer at the right: an explanation, an event, a client's rules, a tool. */
class Drawer {
  content = $state.raw<DrawerContent | null>(null);

  open(content: DrawerContent): void {
    this.content = content;
  }

  close(): void {
    this.content = null;
  }
}

export const drawer = new Drawer();
