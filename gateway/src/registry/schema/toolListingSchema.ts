import { z } from 'zod';
import type { ToolListing } from '../types.ts';

const mode = z.enum(['all', 'search', 'auto']);

/** A name as `/mcp` shows it, or the beginning of one with a star: `files__*`. */
const shownName = z
  .string()
  .max(256)
  .regex(/^[A-Za-z0-9_.-]+\*?$|^\*$/, 'this is not a name of a tool on /mcp, such as files__read or files__*')
  .meta({ examples: ['files__*'] });

export const toolListingSchema = z
  .union([
    mode,
    z.strictObject({
      mode: mode.optional().meta({ description: 'As `tools` itself.', default: 'auto' }),
      max: z.int().min(1).max(10_000).optional().meta({
        description: 'With `auto`: more tools than that are searched for, not listed.',
        default: 100,
      }),
      always: z.array(shownName).max(200).optional().meta({
        description:
          'Tools that are listed all the same; names of /mcp, with a star at the end for all that begin so.',
      }),
      descriptions: z.enum(['full', 'short']).optional().meta({
        description:
          'short: /mcp lists the first sentence of each description, and describe_tools gives whole ones.',
        default: 'full',
      }),
    }),
  ])
  .meta({
    description:
      'What tools/list of /mcp holds. all: every tool that the client may use; search: tools that find and call the others; auto: search where there are more than max. It never changes what is allowed.',
    default: 'all',
    examples: ['auto', { mode: 'search', always: ['files__*'] }],
  });

const maxListed = 100;

export function buildToolListing(read: z.output<typeof toolListingSchema> | undefined): ToolListing {
  const given = typeof read === 'string' ? { mode: read } : read;
  return {
    mode: given === undefined ? 'all' : (given.mode ?? 'auto'),
    max: given?.max ?? maxListed,
    always: given?.always ?? [],
    descriptions: given?.descriptions ?? 'full',
  };
}
