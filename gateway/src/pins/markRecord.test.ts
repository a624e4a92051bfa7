import { expect, test } from 'vitest';
import type { Audit, AuditEntry } from '../audit/types.ts';
import { silentLogger } from '../logger.ts';
import { recordMarks } from './markRecord.ts';
import type { MarkedTool, ToolMarks } from './toolMarks.ts';

test('logs an entry per changed tool, and one for all beyond a hundred', () => {
  const lines: AuditEntry[] = [];
  const audit = { append: (entries: AuditEntry[]) => Promise.resolve(void lines.push(...entries)) };
  let tell: (serverId: string, tools: ReadonlyMap<string, MarkedTool>) => void = () => undefined;
  const marks = { subscribe: (listener: typeof tell) => void (tell = listener) };
  const clean = (serverId: string, text: string): string => text.replace(`secret of ${serverId}`, '•••');
  recordMarks(marks as unknown as ToolMarks, audit as unknown as Audit, silentLogger, clean);
  const marked: MarkedTool = { mark: 'changed', changedParts: ['description'] };
  tell('files', new Map(Array.from({ length: 1_000 }, (_, i) => [`t${i}`, marked])));
  expect(lines).toHaveLength(101);
  expect(lines[0]).toEqual({
    event: 'tool_definition_changed',
    server_id: 'files',
    tool_name: 't0',
    detail: { mark: 'changed', changed: ['description'] },
  });
  expect(lines.at(-1)).toEqual({
    event: 'tool_definition_changed',
    server_id: 'files',
    detail: { further: 900 },
  });
  tell('files', new Map([['with the secret of files', marked]]));
  expect(lines.at(-1)?.tool_name).toBe('with the •••');
});
