import { UpstreamError } from '../../errors.ts';
import type { HttpServer } from '../../registry/types.ts';
import type { OpenChannel } from '../types.ts';
import { HttpChannel } from './httpChannel.ts';

/** Opens servers that run already and speak HTTP. Nothing is sent before the first message. */
export const openHttp: OpenChannel<HttpServer> = (server, events, signal) =>
  signal.aborted
    ? Promise.reject(new UpstreamError('stopped', `Server "${server.id}" is being stopped.`))
    : Promise.resolve(new HttpChannel(server, events));
