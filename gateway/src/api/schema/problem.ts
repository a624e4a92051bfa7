import { z } from 'zod';
import { named, type Described } from './named.ts';

export const registryProblem = named(
  'RegistryProblem',
  'One error in a registry, with its location and its fix.',
  z.strictObject({
    path: z.string().meta({ description: 'As in `servers.github.tool_policy.mode`.' }),
    line: z.number().nullable().meta({
      description:
        'From 1; null when the location is not in the file, as for an error in the request itself.',
    }),
    message: z.string().meta({ description: 'What is wrong.' }),
    fix: z.string().meta({ description: 'What to write instead.' }),
  }),
);

export type RegistryProblem = Described<typeof registryProblem>;
