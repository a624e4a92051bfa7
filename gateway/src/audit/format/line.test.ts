import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GENESIS, parseLine } from './chain.ts';
import { formatLine, isSealIntact, LINE_LIMIT, sealLine } from './line.ts';
import type { AuditEntry } from '../types.ts';

const ts = '2026-01-01T00:00:00.000Z';
const format = (entry: AuditEntry): string => formatLine(entry, 1, GENESIS.hash, ts);
/** Every UTF-16 unit, broken pairs included. */
const anyText = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 400 })
  .map((units) => String.fromCharCode(...units));

describe('formatLine', () => {
  it('makes exactly one valid line of anything', () => {
    fc.assert(
      fc.property(anyText, anyText, fc.jsonValue(), (id, tool, value) => {
        const line = format({
          event: 'tool_authz',
          client_id: id,
          tool_name: tool,
          call: id,
          detail: { [tool]: value, tool },
        });
        const bytes = Buffer.from(line);
        expect(line).not.toMatch(/[\0-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/);
        expect(isUtf8(bytes)).toBe(true);
        expect(line.isWellFormed()).toBe(true);
        expect(bytes.length).toBeLessThanOrEqual(LINE_LIMIT);
        expect(parseLine(bytes)).toMatchObject({ seq: 1, event: 'tool_authz' });
      }),
    );
  });

  it('shows what cannot be seen or turns the text around as an escape, in details too', () => {
    const invisible = '\u007f\u009b\u00ad\u200b\u202e\u2028\u2029\u2066\ufeff\u{e0041}';
    const line = format({
      event: 'client_auth',
      client_id: `a${invisible}`,
      detail: { id: `b${invisible}` },
    });
    expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    expect(JSON.parse(line)).toMatchObject({ client_id: `a${invisible}`, detail: { id: `b${invisible}` } });
  });

  it('keeps an id of up to 256 characters as it is, where it is well formed', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const id = text.slice(0, 256).toWellFormed();
        expect(parseLine(Buffer.from(format({ event: 'client_auth', client_id: id })))?.client_id).toBe(id);
      }),
    );
  });

  it('cuts a longer id and marks where', () => {
    const line = parseLine(Buffer.from(format({ event: 'client_auth', client_id: 'x'.repeat(300) })));
    expect(line?.client_id).toBe(`${'x'.repeat(256)}[cut: 300 characters]`);
  });

  it('replaces broken surrogates, in details too', () => {
    const line = format({
      event: 'client_auth',
      client_id: 'a\ud800b',
      detail: { a: '\udc00', b: '\\ud800' },
    });
    expect(parseLine(Buffer.from(line))).toMatchObject({
      client_id: 'a\ufffdb',
      detail: { a: '\ufffd', b: '\\ud800' },
    });
  });

  it('replaces a detail that would make the line longer than 16 KiB by its size and digest', () => {
    const line = format({ event: 'tool_result', detail: { text: 'ü'.repeat(9_000) } });
    expect(Buffer.byteLength(line)).toBeLessThan(LINE_LIMIT);
    expect(JSON.parse(line)).toMatchObject({ detail: { truncated: true, bytes: 18_011 } });
  });

  it('stays within 16 KiB with every id as long and as costly as can be', () => {
    const id = '\0'.repeat(10_000);
    const entry = { client_id: id, server_id: id, tool_name: id, reason: id, call: id, request_id: id };
    const line = format({ event: 'http_rejected', ...entry, detail: { id } });
    expect(Buffer.byteLength(line)).toBeLessThanOrEqual(LINE_LIMIT);
    expect(parseLine(Buffer.from(line))).toBeDefined();
  });

  it('writes a line even for a detail that JSON has no form for', () => {
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    for (const detail of [cycle, { big: 1n }, { toJSON: () => 'text' }]) {
      expect(JSON.parse(format({ event: 'tool_result', detail }))).toMatchObject({
        detail: { unserializable: true },
      });
    }
  });
});

describe('sealLine', () => {
  it('makes any change of the line visible', () => {
    const sealed = sealLine(format({ event: 'audit_close', detail: { unfinished: [] } }));
    expect(isSealIntact(sealed)).toBe(true);
    expect(parseLine(Buffer.from(sealed))).toBeDefined();
    expect(isSealIntact(sealed.replace('2026', '2027'))).toBe(false);
    expect(isSealIntact(format({ event: 'audit_close', detail: { unfinished: [] } }))).toBe(false);
  });
});
