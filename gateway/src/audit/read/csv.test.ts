import { expect, test } from 'vitest';
import { formatLine } from '../format/line.ts';
import type { AuditEntry } from '../types.ts';
import { csvOf } from './csv.ts';

async function csv(...entries: AuditEntry[]): Promise<string> {
  const lines = entries.map((entry, at) =>
    formatLine(entry, at + 1, '0'.repeat(64), '2026-05-01T00:00:00.000Z'),
  );
  const blocks = (async function* () {
    for (const line of lines) yield await Promise.resolve(Buffer.from(`${line}\n`));
  })();
  let text = '';
  for await (const piece of csvOf(blocks)) text += piece;
  return text;
}

test('a line is a record, under a head', async () => {
  const detail = { outcome: 'ok', duration_ms: 12.5 };
  expect(
    await csv({ event: 'tool_result', client_id: 'codex', server_id: 'memory', tool_name: 'read', detail }),
  ).toBe(
    'seq,time,event,client,server,tool,outcome,reason,duration_ms,count,call,request_id\r\n' +
      '1,2026-05-01T00:00:00.000Z,tool_result,codex,memory,read,ok,,12.5,,,\r\n',
  );
});

test('hostile names stay in their field, and are no formulas', async () => {
  const [, record] = (
    await csv({ event: 'tool_authz', client_id: 'a,"b"\r\nc', tool_name: '=HYPERLINK("x")' })
  ).split(/\r\n(?=\d+,)/);
  expect(record).toBe(`1,2026-05-01T00:00:00.000Z,tool_authz,"a,""b""\r\nc",,"'=HYPERLINK(""x"")",,,,,,\r\n`);
  for (const start of ['+', '-', '@', '\t']) {
    expect(await csv({ event: 'tool_authz', tool_name: `${start}1` })).toContain(`,'${start}1,`);
  }
});
