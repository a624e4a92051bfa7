import { z } from 'zod';
import { clientSchema } from './clientSchema.ts';
import { idPattern } from '../id.ts';
import { serverSchema } from './server/server.ts';
import { settingsSchema } from './settingsSchema.ts';

const id = z.string().regex(idPattern);

/** The whole file, as editors see it; reading it goes section by section (parse.ts), so that no problem hides another. */
const registrySchema = z
  .strictObject({
    lmcp: settingsSchema.nullish(),
    clients: z.record(id, clientSchema).nullish(),
    servers: z.record(id, serverSchema).nullish(),
  })
  .meta({ title: 'LMCP registry' });

/** The JSON Schema (draft 7, which editors know best) of a registry file. */
export function registryJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(registrySchema, { target: 'draft-7', io: 'input' });
}
