import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openAudit } from '../../audit/openAudit.ts';
import { systemClock } from '../../clock.ts';
import { silentLogger } from '../../logger.ts';
import { applyPatch, type PatchResult } from '../../registry/edit/patch.ts';
import { RegistryInvalidError } from '../../registry/yaml/problem.ts';
import { RegistryStore } from '../../registry/store.ts';
import { CommandFailure } from '../exitCodes.ts';
import { findGateway } from '../live/findGateway.ts';
import type { RegistryFile } from './registryFile.ts';

/** How long others that keep writing the file in the same moment are yielded to, and the pause after each; milliseconds. */
const [patience, maxPause] = [10_000, 50];

/**
 * Lays a merge patch upon the registry file: comments and order stay, a copy of the old file is kept. A running gateway
 * picks the change up and logs it; with none running it is logged here, before the file is replaced.
 * @throws RegistryInvalidError where the outcome would not be a valid registry; nothing is written then
 */
export function changeRegistry(file: RegistryFile, patch: object): Promise<void> {
  return editRegistry(file, (text) => applyPatch(text, patch));
}

/**
 * The same for any edit of the text; it is made again where another program was faster.
 * @throws RegistryInvalidError where the outcome would not be a valid registry; nothing is written then
 */
export async function editRegistry(file: RegistryFile, edit: (text: string) => PatchResult): Promise<void> {
  const logger = silentLogger;
  await using undo = new AsyncDisposableStack();
  let conflict = (): Promise<void> => Promise.resolve();
  const store = await RegistryStore.open(file.path, { env: file.env, logger, watch: false });
  undo.defer(() => store.close());
  const { settings } = file.registry;
  if ((await findGateway(file)).kind === 'none') {
    const audit = await openAudit({
      path: settings.auditLog,
      rotateMib: () => settings.auditRotateMib,
      keyDir: dirname(file.path),
      revision: store.revision,
      clock: systemClock,
      logger,
    });
    undo.defer(() => audit.close());
    store.beforeChange(async ({ diff, revision }) => {
      const detail = { source: 'cli', revision, changes: diff.summary };
      await audit.append([{ event: 'config_change', allowed: true, reason: 'ok', detail }]);
    });
    conflict = () =>
      audit.append([
        { event: 'config_change', allowed: false, reason: 'registry_conflict', detail: { source: 'cli' } },
      ]);
  }
  const end = systemClock.monotonic() + patience;
  do {
    const result = await store.apply(edit);
    if (result.ok) return;
    if (result.reason === 'invalid') throw new RegistryInvalidError(result.problems, store.text, file.path);
    await conflict();
    await pause(Math.random() * maxPause);
  } while (systemClock.monotonic() < end);
  throw new CommandFailure('the registry was changed at the same moment by somebody else; try again');
}
