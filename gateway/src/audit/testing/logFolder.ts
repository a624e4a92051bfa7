import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../clock.ts';
import { silentLogger } from '../../logger.ts';
import type { AuditOptions } from '../openAudit.ts';
import type { AuditEntry, AuditLine } from '../types.ts';

/** A folder of its own for the log of one test; removed at the end of the scope. */
export class LogFolder {
  readonly root = mkdtempSync(join(tmpdir(), 'lmcp-audit-'));
  readonly path = join(this.root, 'logs', 'audit.log');

  options(more: Partial<AuditOptions> = {}): AuditOptions {
    return {
      path: this.path,
      rotateMib: () => 64,
      keyDir: join(this.root, 'config'),
      clock: systemClock,
      logger: silentLogger,
      ...more,
    };
  }

  segments(): string[] {
    return readdirSync(join(this.root, 'logs')).filter((name) => !name.endsWith('.lock'));
  }

  text(name = 'audit.log'): string {
    return readFileSync(join(this.root, 'logs', name), 'utf8');
  }

  /** All lines of all segments; only for logs without damage. */
  lines(): AuditLine[] {
    return this.segments()
      .sort()
      .flatMap((name) => this.text(name).trimEnd().split('\n'))
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as AuditLine);
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

export function decision(call: string, more: Partial<AuditEntry> = {}): AuditEntry {
  return {
    event: 'tool_authz',
    client_id: 'vscode',
    server_id: 'files',
    tool_name: 'read',
    allowed: true,
    reason: 'ok',
    call,
    ...more,
  };
}

export function outcome(call: string): AuditEntry {
  return { event: 'tool_result', client_id: 'vscode', call, detail: { outcome: 'ok' } };
}
