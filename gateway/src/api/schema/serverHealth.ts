import { z } from 'zod';
import { hostileText, named, type Described } from './named.ts';

export const serverHealthView = named(
  'ServerHealth',
  'The judgement of a server that the interface and `lmcp status` show.',
  z.strictObject({
    level: z.enum(['ok', 'idle', 'decision', 'failing']).meta({
      description:
        '`failing`: its last start, or its last calls in a row, failed. `decision`: tools are pending approval, or a sign-in is needed. `idle`: not running, the next call starts it.',
    }),
    summary: z.string().meta({ description: 'The reason, as one line.' }),
    stderr: z
      .array(hostileText)
      .meta({ description: 'The last lines of its stderr where it failed: untrusted text.' }),
    action: z
      .enum(['none', 'view_logs', 'edit_settings', 'view_calls', 'approve_tools', 'sign_in'])
      .meta({ description: 'What helps next.' }),
    pending_tools: z.number().exactOptional().meta({
      description: 'Tools that are pending approval, where that is what the level `decision` is about.',
    }),
  }),
);

export type ServerHealthView = Described<typeof serverHealthView>;
