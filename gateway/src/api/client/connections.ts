import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { named, ok, type Described } from '../schema/named.ts';

const standing = z
  .enum(['connected', 'wrong_address', 'invalid_token', 'not_connected', 'unreadable'])
  .meta({ description: 'Whether its file points to this gateway.' });

const applicationOnMachine = named(
  'ApplicationOnMachine',
  'An application that was found on the machine of the gateway.',
  z.strictObject({
    app: z.string().meta({ description: 'As `lmcp connect` names it.' }),
    title: z.string(),
    file: z.string(),
    state: standing,
    client_id: z.string().nullable().meta({ description: 'The client whose token the file has.' }),
  }),
);

const applicationsAnswer = named(
  'ApplicationsAnswer',
  'The applications that have been used on the machine of the gateway, and how they are connected.',
  z.strictObject({
    ok,
    unavailable: z
      .string()
      .nullable()
      .meta({ description: 'Why LMCP writes no file of an application here; null where it does.' }),
    applications: z.array(applicationOnMachine),
  }),
);

const connectionRequest = named(
  'ConnectionRequest',
  'A change of the file of an application.',
  z.strictObject({
    action: z.enum(['connect', 'disconnect']),
    bridge: z.literal(true).exactOptional().meta({
      description: 'Has the application start `lmcp stdio`, which keeps the token apart from its file.',
    }),
    token: z.string().exactOptional().meta({
      description:
        'A token of the client, which is written. If it is absent and LMCP finds none, the client gets a second token.',
    }),
    apply: z.boolean().meta({ description: 'False: a preview, which writes nothing.' }),
    file_digest: z.string().exactOptional().meta({
      description: 'With `apply`: that of the preview. A file that was changed since is not written.',
    }),
  }),
  [{ action: 'connect', apply: false }],
);

const connectionAnswer = named(
  'ConnectionAnswer',
  'What the change does to the file of the application, or did.',
  z.strictObject({
    ok,
    app: z.string(),
    file: z.string(),
    file_digest: z.string(),
    diff: z.string().meta({
      description:
        'The removed and added lines, with their numbers; tokens are replaced by `<TOKEN>` and `…`. Empty where nothing is to be done.',
    }),
    notes: z.array(z.string()).meta({ description: 'What else is changed, and what to know.' }),
    rejected: z.string().nullable().meta({ description: 'Why the file cannot be written.' }),
    written: z.boolean(),
  }),
);

export const connectionEndpoints = {
  listApplications: endpoint({
    method: 'GET',
    path: '/management/applications',
    auth: 'management',
    scope: 'full',
    summary: 'Finds applications on the machine of the gateway. Reads their files and changes nothing.',
    answer: applicationsAnswer,
    errors: [],
  }),
  connectApplication: endpoint({
    method: 'POST',
    path: '/management/clients/:client_id/applications/:app',
    auth: 'management',
    summary:
      'Writes the gateway into the file of an application on the machine of the gateway, as `lmcp connect` does, or takes it out again.',
    body: connectionRequest,
    answer: connectionAnswer,
    errors: [
      'unknown_client',
      'unknown_application',
      'not_connectable',
      'invalid_registry',
      'invalid_secrets',
      'apply_in_progress',
    ],
  }),
};

export type ApplicationsAnswer = Described<typeof applicationsAnswer>;
export type ApplicationOnMachine = Described<typeof applicationOnMachine>;
export type ConnectionRequest = Described<typeof connectionRequest>;
export type ConnectionAnswer = Described<typeof connectionAnswer>;
