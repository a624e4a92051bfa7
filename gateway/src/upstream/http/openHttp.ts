import { UpstreamError } from '../../errors.ts';
import type { HttpServer } from '../../registry/types.ts';
import type { OpenChannel } from '../types.ts';
import { HttpChannel } from './httpChannel.ts';
import { readTls } from './readTls.ts';

/** Opens servers that run already and speak HTTP. Nothing is sent before the first message. */
export const openHttp: OpenChannel<HttpServer> = async (server, events, signal) => {
  const tls = await readTls(server);
  if (signal.aborted) throw new UpstreamError('stopped', `Server "${server.id}" is being stopped.`);
  return new HttpChannel(server, events, tls);
};
