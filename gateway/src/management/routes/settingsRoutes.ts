import type { settingsEndpoints } from '../../api/settings/settings.ts';
import type { ManagementDependencies } from '../dependencies.ts';
import { json, type Handlers } from '../route.ts';
import { effectiveSettings } from '../settings/effectiveSettings.ts';
import { logFacts } from '../settings/logFacts.ts';
import { tokenFacts } from '../settings/tokenFacts.ts';

/** `/management/settings`: how the gateway is set up. */
export function settingsHandlers({
  store,
  auditLog,
  disk,
  activity,
}: ManagementDependencies): Handlers<typeof settingsEndpoints> {
  return {
    getSettings: async () => {
      await store.reload();
      const { current: registry, text, revision, path } = store;
      const [log, tokens] = await Promise.all([
        logFacts(auditLog, disk.room),
        tokenFacts({ registry, text, auditLog, lastSeen: (id) => activity.lastSeen(id) }),
      ]);
      return json({
        ok: true,
        revision,
        registry_path: path,
        settings: effectiveSettings(registry.settings),
        restart_required: store.restartRequiredBy(registry).map((key) => `lmcp.${key}`),
        log,
        tokens,
      });
    },
  };
}
