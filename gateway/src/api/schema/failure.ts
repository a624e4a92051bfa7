import { z } from 'zod';
import { apiErrors, type ApiErrorCode } from '../errors.ts';
import { named, type Described } from './named.ts';
import { registryProblem } from './problem.ts';

const apiErrorCodes = Object.keys(apiErrors) as [ApiErrorCode, ...ApiErrorCode[]];

export const apiFailure = named(
  'ApiFailure',
  'Every answer outside `/mcp` whose status is not 2xx.',
  z.strictObject({
    ok: z.literal(false),
    error: z.enum(apiErrorCodes).meta({ description: 'One of a closed list.' }),
    message: z.string().meta({ description: 'What happened and what to do, without secrets.' }),
    revision: z.string().exactOptional().meta({ description: 'The active revision of the registry.' }),
    errors: z
      .array(registryProblem)
      .exactOptional()
      .meta({ description: 'What is invalid in the registry.' }),
    digests: z
      .record(z.string(), z.string())
      .exactOptional()
      .meta({ description: 'With `definition_changed`: the digests of the present definitions, by tool.' }),
  }),
);

export type ApiFailure = Described<typeof apiFailure>;
