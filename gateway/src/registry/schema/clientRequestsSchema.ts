import { z } from 'zod';
import type { ClientRequests } from '../types.ts';

const access = z.enum(['allow', 'deny']).optional();

export const clientRequestsSchema = z
  .strictObject({
    sampling: access.meta({ description: "Completions of the client's model.", default: 'allow' }),
    elicitation: access.meta({ description: 'Questions to the person.', default: 'allow' }),
    roots: access.meta({ description: 'The folders that the client works in.', default: 'allow' }),
  })
  .meta({
    description: 'What a server may ask of clients that offer it.',
    examples: [{ sampling: 'deny' }],
  });

export function buildClientRequests(read: z.output<typeof clientRequestsSchema> | undefined): ClientRequests {
  return {
    sampling: read?.sampling ?? 'allow',
    elicitation: read?.elicitation ?? 'allow',
    roots: read?.roots ?? 'allow',
  };
}
