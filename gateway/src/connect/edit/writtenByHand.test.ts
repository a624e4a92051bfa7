import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { entryFor, entryName, type Application, type Connection } from '../applications/application.ts';
import { applicationNamed, applications } from '../applications/applications.ts';
import { connected, disconnected, withoutServers } from '../change.ts';
import { digestOf } from '../connectRecord.ts';
import { remarksIn } from '../testing/remark.ts';
import { writtenByHand } from '../testing/writtenByHand.ts';
import { entriesOf, readFile } from './editFile.ts';

const connection: Connection = {
  url: 'http://127.0.0.1:7345/mcp',
  clientId: 'me',
  token: 'a"b\\c # d',
  bridge: { program: '/usr/bin/node', args: ['lmcp', 'stdio'], env: { A: 'b' } },
};

describe.each(['json', 'toml', 'yaml'] as const)('any %s file written by hand', (format) => {
  const names = applications.filter((application) => application.format === format).map(({ name }) => name);
  const files = fc
    .constantFrom(...names)
    .chain((name) =>
      writtenByHand(format, named(name).place).map((file) => ({ application: name, ...file })),
    );

  test('is connected by putting in the entry alone, and disconnected as it was, byte for byte', () => {
    fc.assert(
      fc.property(files, fc.boolean(), ({ application: name, text, servers }, isBridged) => {
        const application = named(name);
        const written = textOf(connected(application, text, connection, isBridged));
        expect(isInsertion(written, text), written).toBe(true);
        expect(serversOf(application, written).get(entryName)).toMatchObject(
          entryFor(application, connection, isBridged),
        );
        const record = { path: '', before: text, written: digestOf(written), client: 'me' };
        expect(textOf(disconnected(application, written, record))).toBe(text);
        // Without what was recorded, an empty place for servers stays, or the line end that the file had not.
        const byEdit = textOf(disconnected(application, written, undefined));
        if (servers !== undefined && format === 'json') expect(byEdit).toBe(text);
        else if (servers !== undefined) expect(byEdit.trimEnd()).toBe(text.trimEnd());
        else expect(remarksIn(byEdit)).toEqual(remarksIn(text));
      }),
    );
  });

  test('loses a server and nothing else', () => {
    fc.assert(
      fc.property(files, fc.nat(), ({ application: name, text, servers = [] }, at) => {
        const application = named(name);
        fc.pre(servers.length > 0);
        const gone = servers[at % servers.length] ?? '';
        const before = serversOf(application, text);
        expect([...before.keys()].toSorted()).toEqual(servers.toSorted());
        const result = textOf(withoutServers(application, text, [gone]));
        before.delete(gone);
        expect(serversOf(application, result)).toEqual(before);
        expect(remarksIn(result)).toEqual(remarksIn(text));
      }),
    );
  });
});

function named(name: string): Application {
  const application = applicationNamed(name);
  if (application === undefined) throw new Error(`no application ${name}`);
  return application;
}

function textOf(result: ReturnType<typeof disconnected>): string {
  if (!result.ok) throw new Error(result.message);
  return result.text ?? '';
}

function serversOf({ format, place }: Application, text: string): Map<string, unknown> {
  const read = readFile(format, text);
  if (!read.ok) throw new Error(read.message);
  return new Map(entriesOf(read.value, place));
}

/** Whether a text is another one with something put in at one place, and a line end at the end where there was none. */
function isInsertion(text: string, into: string): boolean {
  const lineEnd = into.endsWith('\n') ? '' : (/\r?\n$/.exec(text)?.[0] ?? '');
  return [into, into + lineEnd].some((before) =>
    Array.from(before + '.').some(
      (_, head) => text.startsWith(before.slice(0, head)) && text.endsWith(before.slice(head)),
    ),
  );
}
