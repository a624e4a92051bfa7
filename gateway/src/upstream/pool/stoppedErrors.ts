import { UpstreamError } from '../../errors.ts';
import { placesOfOne } from '../../places.ts';
import { limits } from '../limits.ts';
import type { ChannelEnd } from '../types.ts';

/** The instance takes no more calls, or there is none. */
export function stoppedError(serverId: string, why: string): UpstreamError {
  return new UpstreamError('stopped', `Server "${serverId}" takes no more calls. ${why}`);
}

export function changedError(serverId: string): UpstreamError {
  return stoppedError(serverId, 'Its definition has just changed; try again.');
}

export function removedError(serverId: string): UpstreamError {
  return stoppedError(serverId, 'It is no longer in the registry.');
}

export function noPlaceError(serverId: string): UpstreamError {
  const places = placesOfOne(limits.instancesPerServer);
  const message =
    `Server "${serverId}" has no free place: it runs ${places} times for this client, or ${limits.instancesPerServer} times for all, ` +
    'and none of the client’s own is idle. Try again later.';
  return new UpstreamError('overloaded', message);
}

/** It ended by itself, or something ended it. */
export function exitError(serverId: string, { code, signal }: ChannelEnd): UpstreamError {
  const how =
    signal !== null ? `was ended by signal ${signal}` : code === null ? 'ended' : `exited with code ${code}`;
  return new UpstreamError('exited', `Server "${serverId}" ${how} before it answered.`);
}
