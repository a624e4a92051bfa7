import { readFile } from 'node:fs/promises';
import type { SecureContextOptions } from 'node:tls';
import { messageOf, UpstreamError } from '../../errors.ts';
import type { HttpServer } from '../../registry/types.ts';

/** What `servers.<id>.tls` names, read for each instance. @throws UpstreamError with the file that can't be read */
export async function readTls({ id, tls }: HttpServer): Promise<SecureContextOptions> {
  const read = async (key: string, path: string | undefined): Promise<Buffer | undefined> => {
    try {
      return path === undefined ? undefined : await readFile(path);
    } catch (error) {
      const message = `Server "${id}" can't be reached: servers.${id}.tls.${key} can't be read. Check the file and its permissions.`;
      throw new UpstreamError('start_failed', message, messageOf(error));
    }
  };
  const [ca, cert, key] = await Promise.all([
    read('ca_file', tls?.caFile),
    read('cert_file', tls?.certFile),
    read('key_file', tls?.keyFile),
  ]);
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
}
