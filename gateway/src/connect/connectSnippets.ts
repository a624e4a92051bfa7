import type { ConnectSnippet } from '../api/clients.ts';
import { applications } from './applications/applications.ts';
import { bridgeCommand, type BridgePlace } from './bridgeCommand.ts';
import { snippetFor } from './snippet.ts';

/** What each application needs to connect as that client, with `<TOKEN>` where the token goes. */
export function connectSnippets(
  url: string,
  clientId: string,
  place: Pick<BridgePlace, 'registryPath' | 'insideImage'>,
): ConnectSnippet[] {
  const token = '<TOKEN>';
  const bridge = bridgeCommand({ ...place, clientId, origin: new URL(url).origin, token });
  return applications.map((application) => {
    const { name: app, format } = application;
    const { title, where, text, note } = snippetFor(application, { url, clientId, token, bridge });
    return { app, title, where, format, text, ...(note === undefined ? {} : { note }) };
  });
}
