import { expect, test } from 'vitest';
import { clientView, serverView, settingsView } from '../../api/schema/registryView.ts';
import { clientSchema } from '../../registry/schema/clientSchema.ts';
import { containerServerSchema } from '../../registry/schema/server/containerServer.ts';
import { httpServerSchema } from '../../registry/schema/server/httpServer.ts';
import { processServerSchema } from '../../registry/schema/server/processServer.ts';
import { settingsSchema } from '../../registry/schema/settingsSchema.ts';

const keysOf = (...schemas: { readonly shape: object }[]): string[] =>
  [...new Set(schemas.flatMap(({ shape }) => Object.keys(shape)))].sort();
const isToken = (key: string): boolean => /^(management_)?token(_file|_sha256)?$/.test(key);

test.each([
  ['settings', settingsView, [settingsSchema]],
  ['client', clientView, [clientSchema]],
  ['server', serverView, [processServerSchema, containerServerSchema, httpServerSchema]],
] as const)('the %s view has every key of the registry, and no token', (_name, view, schemas) => {
  const shown = keysOf(view).filter((key) => !key.endsWith('token_status'));
  expect(shown).toEqual(keysOf(...schemas).filter((key) => !isToken(key)));
});
