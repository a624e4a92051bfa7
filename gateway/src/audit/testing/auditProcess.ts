/**
 * A process that writes a log, for tests that kill it, trace it, or start a second one. Driven over IPC: a string
 * message is appended as a call of that name and answered when durable or rejected; a number starts that many writers
 * which append without end.
 */
import { messageOf } from '../../errors.ts';
import { dirname, join } from 'node:path';
import { systemClock } from '../../clock.ts';
import { silentLogger } from '../../logger.ts';
import { openAudit } from '../openAudit.ts';

export type AuditProcessMessage =
  | { readonly opened: true }
  | { readonly failed: string }
  | { readonly durable: string }
  | { readonly rejected: string; readonly ok: boolean; readonly error: string | undefined };

const path = process.argv[2] ?? '';
const options = {
  path,
  rotateMib: () => Number(process.argv[3] ?? 64),
  keyDir: join(dirname(path), '../config'),
  clock: systemClock,
  logger: silentLogger,
};

function tell(message: AuditProcessMessage): void {
  process.send?.(message);
}

try {
  const audit = await openAudit(options);
  const append = async (call: string): Promise<void> => {
    try {
      await audit.append([{ event: 'tool_authz', allowed: true, call }]);
      tell({ durable: call });
    } catch {
      const { ok, error } = audit.status();
      tell({ rejected: call, ok, error });
    }
  };
  const writeForever = async (writer: number): Promise<void> => {
    for (let i = 0; ; i++) await append(`${writer}-${i}`);
  };
  process.on('message', (order: string | number) => {
    if (typeof order === 'string') void append(order);
    else for (let writer = 0; writer < order; writer++) void writeForever(writer);
  });
  tell({ opened: true });
} catch (error) {
  tell({ failed: messageOf(error) });
  process.disconnect();
}
