import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { named, ok, type Described } from './schema/named.ts';

const secretName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,127}$/);

const secretSummary = named(
  'SecretSummary',
  'A secret that servers use as `${secret:NAME}`, without its value.',
  z.strictObject({
    name: z.string(),
    source: z.enum(['value', 'file', 'keyring', 'command', 'missing']),
    problem: z.string().nullable().meta({ description: 'Why it is missing.' }),
    used_by: z.array(z.string()).meta({ description: 'Ids of servers.' }),
  }),
);

const secretsAnswer = named(
  'SecretsAnswer',
  'Those of `secrets.yaml`, and those that servers refer to.',
  z.strictObject({ ok, secrets: z.array(secretSummary) }),
);

const setSecretRequest = named(
  'SetSecretRequest',
  'A secret with its value. No answer ever holds it.',
  z.strictObject({ name: secretName, value: z.string().min(1).max(65_536) }),
  [{ name: 'GITHUB_TOKEN', value: 'ghp_…' }],
);

const secretAnswer = named(
  'SecretAnswer',
  'The secret was changed.',
  z.strictObject({ ok, name: z.string() }),
);

export const secretEndpoints = {
  listSecrets: endpoint({
    method: 'GET',
    path: '/management/secrets',
    auth: 'management',
    summary: 'Where secrets come from and which servers use them; never a value.',
    answer: secretsAnswer,
    errors: [],
  }),
  setSecret: endpoint({
    method: 'POST',
    path: '/management/secrets',
    auth: 'management',
    summary: 'Writes a secret into `secrets.yaml`; the servers that use it restart.',
    body: setSecretRequest,
    answer: secretAnswer,
    errors: ['invalid_secrets'],
  }),
  removeSecret: endpoint({
    method: 'DELETE',
    path: '/management/secrets/:secret_name',
    auth: 'management',
    summary: 'Removes a secret from `secrets.yaml`.',
    answer: secretAnswer,
    errors: ['unknown_secret', 'invalid_secrets'],
  }),
};

export type SecretSummary = Described<typeof secretSummary>;
export type SecretsAnswer = Described<typeof secretsAnswer>;

export type SecretAnswer = Described<typeof secretAnswer>;
