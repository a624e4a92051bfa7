import { resolve } from 'node:path';
import type { Command } from './applications/application.ts';

export interface BridgePlace {
  readonly clientId: string;
  /** Absolute. */
  readonly registryPath: string;
  /** `http://127.0.0.1:7345`; the gateway of LMCP's image is known by it alone to what runs outside. */
  readonly origin: string;
  readonly insideImage: boolean;
  /** The token, where it is not kept in the file of the secrets. */
  readonly token?: string;
}

/** `lmcp stdio` as an application starts it: this Node and this installation, so that nothing is fetched or found on a PATH. */
export function bridgeCommand({ clientId, registryPath, origin, insideImage, token }: BridgePlace): Command {
  const env = token === undefined ? {} : { LMCP_TOKEN: token };
  const bridge = ['stdio', '--client', clientId];
  if (insideImage) return { program: 'lmcp', args: [...bridge, '--url', origin], env };
  return { program: process.execPath, args: [ownScript(), ...bridge, '--registry', registryPath], env };
}

/** The script that a person's command runs: in a checkout it takes a shorter way than the source it leads to. */
export function ownScript(): string {
  return resolve(process.argv[1] ?? '').replace(/([\\/])src[\\/]main\.ts$/, '$1bin$1lmcp.mjs');
}
