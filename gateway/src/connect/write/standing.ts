import { currentEntry, stringsOf } from '../change.ts';
import type { Application } from '../applications/application.ts';
import { readForeignFile } from '../foreignFile.ts';
import { baseUrl, type Endpoint } from '../../endpoint.ts';
import { bridgeToken } from './bridgeToken.ts';
import { clearTokenOf, isKnown, type RegistrySource } from './clearTokens.ts';

/** How an application is connected to the gateway. */
export type Standing = 'connected' | 'wrong_address' | 'invalid_token' | 'not_connected' | 'unreadable';

export interface Checked {
  /** Its name. */
  readonly application: string;
  readonly file: string;
  readonly state: Standing;
  /** The client whose token the file holds. */
  readonly client: string | null;
}

/** Looks at the application's file: does it lead to this gateway, with a token that is valid? */
export async function standingOf(
  registryFile: RegistrySource,
  application: Application,
  file: string,
  endpoint: Endpoint,
): Promise<Checked> {
  const about = { application: application.name, file };
  const text = await readForeignFile(file).then(
    (found) => found.text,
    () => undefined,
  );
  if (text === undefined) return { ...about, state: 'unreadable', client: null };
  const entry = currentEntry(application, text ?? '');
  if (entry === undefined) return { ...about, state: 'not_connected', client: null };
  const strings = stringsOf(entry);
  const bridged = bridgedClient(strings);
  if (bridged !== undefined) return { ...about, ...(await bridgeStanding(registryFile, bridged, strings)) };
  const client = [...registryFile.registry.clients.values()].find(({ tokens }) =>
    strings.some((string) => isKnown(string, tokens)),
  );
  const here = strings.includes(`${baseUrl(endpoint)}/mcp`);
  const state = !here ? 'wrong_address' : client === undefined ? 'invalid_token' : 'connected';
  return { ...about, state, client: client?.id ?? null };
}

/** The client that an entry of the bridge names; undefined where it is no such entry. */
export function bridgedClient(strings: readonly string[]): string | undefined {
  // An entry may also be of the type `stdio`.
  const at = strings.findIndex((text, index) => text === 'stdio' && strings[index + 1] === '--client');
  return at === -1 ? undefined : strings[at + 2];
}

async function bridgeStanding(
  file: RegistrySource,
  clientId: string,
  strings: readonly string[],
): Promise<Pick<Checked, 'state' | 'client'>> {
  const client = file.registry.clients.get(clientId);
  const token = clearTokenOf({ ...file, env: {} }, clientId) ?? (await bridgeToken(file, clientId));
  const isValid = client !== undefined && token !== undefined && isKnown(token, client.tokens);
  if (!strings.includes(file.path)) return { state: 'wrong_address', client: isValid ? clientId : null };
  return isValid ? { state: 'connected', client: clientId } : { state: 'invalid_token', client: null };
}
