import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { isRecord } from '../../json/isRecord.ts';
import { baseDirOf } from '../../registry/file/baseDir.ts';

/** Where the files of a gateway go. */
export interface Target {
  readonly registryPath: string;
  readonly baseDir: string;
  readonly auditLog: string;
}

/** By the registry's own text, which may be invalid on this machine for want of a variable. */
export function targetOf(registryPath: string, text: string): Target {
  const baseDir = baseDirOf(registryPath);
  const registry: unknown = parse(text, { logLevel: 'silent' });
  const settings = isRecord(registry) ? registry['lmcp'] : undefined;
  const written = isRecord(settings) ? settings['audit_log'] : undefined;
  const auditLog = typeof written === 'string' && written !== '' ? written : 'logs/audit.log';
  return { registryPath: resolve(registryPath), baseDir, auditLog: resolve(baseDir, auditLog) };
}

/** The folder of the keys. */
export function keyFolderOf({ registryPath }: Target): string {
  return dirname(registryPath);
}
