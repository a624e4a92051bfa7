import { expect, test } from 'vitest';
import { importsOf } from '../test/importGraph.ts';
import { roomGraph } from './roomGraph.ts';

const graph = (files: Readonly<Record<string, string>>) =>
  new Map(Object.entries(files).map(([file, text]) => [file, importsOf(file, text)]));

test('lists the rooms that each room imports, without packages and itself', () => {
  const text = roomGraph(
    graph({
      'main.ts': "import './http/app.ts';",
      'http/app.ts':
        "import 'hono'; import './route.ts'; import '../clock.ts'; import type { A } from '../audit/a.ts';",
      'http/route.ts': '',
      'audit/a.ts': '',
      'clock.ts': "import 'node:timers';",
    }),
  );
  expect(text.split('\n')).toEqual([
    '| room | imports |',
    '| --- | --- |',
    '| `audit/` |  |',
    '| `http/` | `audit/` |',
    '| `main.ts` | `http/` |',
    '',
    'Cycles of files: none. Rooms that import each other: none.',
  ]);
});

test('names cycles of files, and rooms that import each other', () => {
  const text = roomGraph(graph({ 'a/x.ts': "import '../b/y.ts';", 'b/y.ts': "import '../a/x.ts';" }));
  expect(text).toContain('Cycles of files: a/x.ts → b/y.ts → a/x.ts.');
  expect(text).toContain('Rooms that import each other: `a/` and `b/`.');
});
