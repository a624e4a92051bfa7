import type { SecureContextOptions } from 'node:tls';
import type { Whereabouts } from '../../../addresses/loopbackOnly.ts';
import type { HttpAnswer } from './httpAnswer.ts';
import { pinnedAgent } from './pinnedAgent.ts';
import { pinnedRequest, type HttpCall } from './pinnedRequest.ts';

/**
 * One request over a connection of its own, which is closed when `read` is done with the answer.
 * @throws what pinnedRequest or `read` throws
 */
export async function requestOnce<T>(
  whereabouts: Whereabouts,
  url: URL,
  call: HttpCall,
  read: (answer: HttpAnswer) => Promise<T>,
  tls: SecureContextOptions = {},
): Promise<T> {
  const agent = await pinnedAgent(whereabouts, { tls });
  try {
    return await read(await pinnedRequest(agent, url, call));
  } finally {
    void agent.destroy();
  }
}
