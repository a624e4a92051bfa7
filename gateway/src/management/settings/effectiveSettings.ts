import type { EffectiveSettings } from '../../api/settings/settings.ts';
import type { Settings } from '../../registry/types.ts';

const MiB = 1024 ** 2;

/** The settings in the units of the registry file. */
export function effectiveSettings(settings: Settings): EffectiveSettings {
  return {
    host: settings.host,
    port: settings.port,
    loopback_only: settings.loopbackOnly,
    allowed_hosts: [...settings.allowedHosts],
    allowed_origins: [...settings.allowedOrigins],
    audit_log: settings.auditLog,
    audit_rotate_mib: settings.auditRotateMib,
    rate_limit_rpm: settings.rateLimitRpm,
    max_body_mib: settings.maxBodyBytes / MiB,
    max_result_mib: settings.maxResultBytes / MiB,
    list_max_mib: settings.listMaxBytes / MiB,
    memory_mib: settings.memoryMib,
    max_connections_per_address: settings.maxConnectionsPerAddress,
    lists_refresh: [...settings.listRefresh],
    management_scope: settings.managementScope,
    browser_sign_in: settings.browserSignIn,
    oauth: settings.oauth === true,
    oauth_issuer: settings.oauthIssuer?.url ?? null,
  };
}
