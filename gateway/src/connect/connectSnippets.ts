import type { ConnectSnippet } from '../api/clients.ts';
import { applications } from './applications/applications.ts';
import { snippetFor } from './snippet.ts';

/** What each application needs to connect as that client, with `<TOKEN>` where the token goes. */
export function connectSnippets(url: string, clientId: string): ConnectSnippet[] {
  return applications.map((application) => {
    const { name: app, format } = application;
    const { title, where, text, note } = snippetFor(application, { url, clientId, token: '<TOKEN>' });
    return { app, title, where, format, text, ...(note === undefined ? {} : { note }) };
  });
}
