import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { EngineAddress } from './engineAddress.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The address with the certificates of `DOCKER_CERT_PATH` (`ca.pem`, `cert.pem`, `key.pem`; without it `~/.docker`) where
 * `DOCKER_TLS_VERIFY` is set, as Docker's client has it. An engine is verified always.
 * @throws Error in words where a file can't be read, or where TLS is asked for on a Unix socket
 */
export async function withTls(address: EngineAddress, env: Environment): Promise<EngineAddress> {
  if ((env['DOCKER_TLS_VERIFY'] ?? '') === '') return address;
  if ('socketPath' in address) {
    throw new Error(
      'DOCKER_TLS_VERIFY is set, and DOCKER_HOST is a Unix socket: write tcp://host:2376, or remove it',
    );
  }
  const folder = given(env['DOCKER_CERT_PATH']) ?? join(homedir(), '.docker');
  const read = (name: string): Promise<string> =>
    readFile(join(folder, name), 'utf8').catch((error: unknown) => {
      const why = (error as Error).message;
      throw new Error(
        `DOCKER_CERT_PATH ${folder}: ${name} can’t be read (${why}). Put ca.pem, cert.pem and key.pem there`,
      );
    });
  const ca = await read('ca.pem');
  const cert = await read('cert.pem');
  // Without it the name would be taken from the Host header; an IP address is none (RFC 6066).
  const servername = isIP(address.host) === 0 ? address.host : '';
  return { ...address, tls: { ca, cert, key: await read('key.pem'), servername } };
}

function given(written: string | undefined): string | undefined {
  return written === '' ? undefined : written;
}
