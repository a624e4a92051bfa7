import type { FrameLimits } from './framing/framing.ts';
import { limits } from './limits.ts';
import type { ChannelEvents } from './types.ts';

/** The largest message that a channel takes, in bytes, as it is now. */
export function largestMessage({ largestMessage: largest }: Pick<ChannelEvents, 'largestMessage'>): number {
  return largest?.() ?? limits.message;
}

/** For a framing: what is a little larger than the limit is still read to its end, so that its call fails and no other does. */
export function frameLimits(events: Pick<ChannelEvents, 'largestMessage'>): FrameLimits {
  return {
    get message() {
      return largestMessage(events);
    },
    get discarded() {
      return Math.max(limits.withoutMessage, 2 * largestMessage(events));
    },
  };
}

/** What is said of a larger one: `answered` in bytes, or more than the limit. */
export function tooLargeMessage(answered: string, limit: number): string {
  return (
    `answered with ${answered} bytes; lmcp.max_result_mib allows ${limit} (${limit / 1024 ** 2} MiB). ` +
    'Ask for less, a page at a time for instance, or raise it.'
  );
}
