import type { ConnectSnippet } from '../api/clients.ts';
import { appNames, snippetFor } from './apps.ts';

/** What each application needs to connect as that client, with `<TOKEN>` where the token goes. */
export function connectSnippets(url: string, clientId: string): ConnectSnippet[] {
  return appNames.map((app) => {
    const { title, where, text, note } = snippetFor(app, { url, clientId, token: '<TOKEN>' });
    const format = app === 'codex' ? 'toml' : 'json';
    return { app, title, where, format, text, ...(note === undefined ? {} : { note }) };
  });
}
