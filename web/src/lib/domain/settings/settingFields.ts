import type { EffectiveSettings } from 'lmcp-gateway/src/api/settings/settings.ts';
import type { RegistryView } from 'lmcp-gateway/src/api/schema/registryView.ts';

type FileSettings = RegistryView['lmcp'];

/** A key of `lmcp` that the settings page edits. */
export interface SettingField {
  readonly key: Exclude<keyof FileSettings & keyof EffectiveSettings, 'management_scope'>;
  readonly label: string;
  readonly hint: string;
  /** `lines`: a list, one item a line. */
  readonly kind: 'number' | 'text' | 'lines' | 'switch';
  /** The scope `access` of the management token may change it. */
  readonly access?: true;
}

export const limitFields: readonly SettingField[] = [
  {
    key: 'rate_limit_rpm',
    label: 'Default rate limit (requests a minute)',
    hint: 'For each client without a limit of its own. Leave empty for no limit.',
    kind: 'number',
    access: true,
  },
  {
    key: 'max_body_mib',
    label: 'Request size (MiB)',
    hint: 'Of the body of one request, 1 to 64.',
    kind: 'number',
  },
  {
    key: 'max_result_mib',
    label: 'Result size (MiB)',
    hint: 'Of one answer of a server, 1 to 256.',
    kind: 'number',
  },
  {
    key: 'list_max_mib',
    label: 'List size (MiB)',
    hint: 'Of what one server lists of one kind, 1 to 256.',
    kind: 'number',
  },
  {
    key: 'memory_mib',
    label: 'Memory for requests (MiB)',
    hint: 'Leave empty for a quarter of what the process may use, at most 1024.',
    kind: 'number',
  },
  {
    key: 'max_connections_per_address',
    label: 'Connections for each remote address',
    hint: 'Does not apply to this machine.',
    kind: 'number',
  },
];

export const addressFields: readonly SettingField[] = [
  {
    key: 'host',
    label: 'Address',
    hint: '127.0.0.1, ::1 or localhost while only this machine is allowed.',
    kind: 'text',
  },
  { key: 'port', label: 'Port', hint: 'Clients need the new one in their configuration.', kind: 'number' },
  { key: 'loopback_only', label: 'Only this machine may connect', hint: '', kind: 'switch' },
  {
    key: 'allowed_hosts',
    label: 'Further Host values',
    hint: 'One a line, as in lmcp.example.net:7345.',
    kind: 'lines',
  },
  {
    key: 'allowed_origins',
    label: 'Further Origin values',
    hint: 'Web pages that may ask this gateway, one a line.',
    kind: 'lines',
  },
];

export const logFields: readonly SettingField[] = [
  { key: 'audit_log', label: 'File of the audit log', hint: 'A new path begins a new log.', kind: 'text' },
  {
    key: 'audit_rotate_mib',
    label: 'Segment size (MiB)',
    hint: 'The log continues in a new file from here on, 1 to 4096.',
    kind: 'number',
  },
];

export const signInFields: readonly SettingField[] = [
  {
    key: 'browser_sign_in',
    label: 'lmcp open may sign a browser in',
    hint: 'When it is off, each session that it began ends.',
    kind: 'switch',
  },
  {
    key: 'oauth',
    label: 'Applications may sign in as a client (OAuth)',
    hint: 'With your consent here, for each.',
    kind: 'switch',
  },
];

/** A value as its control shows it; empty where the file says nothing. */
export function fieldText(value: unknown): string {
  if (Array.isArray(value)) return value.join('\n');
  return value === undefined || value === null ? '' : String(value);
}

/** Whether a switch is on; one with keys of its own (`oauth`) is, unless its `enabled` says no. */
export function isOn(value: unknown): boolean {
  return isSection(value) ? value.enabled !== false : value === true;
}

/** What a switch writes: the other keys of its section stay. */
export function switched(value: unknown, on: unknown): unknown {
  return isSection(value) ? { enabled: on } : on;
}

function isSection(value: unknown): value is { readonly enabled?: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What was entered as the registry has it; null removes the key. Undefined where it is no value of the kind. */
export function readField({ kind }: Pick<SettingField, 'kind'>, text: string): unknown {
  const typed = text.trim();
  if (kind === 'lines') {
    const lines = typed
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
    return lines.length === 0 ? null : lines;
  }
  if (typed === '') return null;
  if (kind === 'switch') return typed === 'true';
  if (kind === 'text') return typed;
  const value = /^\d+$/.test(typed) ? Number(typed) : 0;
  return Number.isSafeInteger(value) && value > 0 ? value : undefined;
}
