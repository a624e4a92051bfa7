import { expect, test } from 'vitest';
import { searchReport } from './report.ts';
import { rankOf, scoreOf, type Ranked } from './score.ts';
import { allTasks, readTasks } from './tasks.ts';

const text = `# a comment
one__a,two__a | look at it | view | see | show

one__b | throw it away | delete | remove | drop
`;

test('a line is the tools that fit, the task, and three wordings; every second is kept', () => {
  expect(readTasks(text)).toEqual([
    {
      tools: ['one__a', 'two__a'],
      task: 'look at it',
      wordings: ['view', 'see', 'show'],
      kept: false,
    },
    { tools: ['one__b'], task: 'throw it away', wordings: ['delete', 'remove', 'drop'], kept: true },
  ]);
  expect(() => readTasks('one__a | look | view | see')).toThrow('line 1 is no task');
});

test('there are two hundred tasks, each once', async () => {
  const tasks = await allTasks();
  expect(tasks.length).toBeGreaterThanOrEqual(200);
  expect(new Set(tasks.map(({ task }) => task)).size).toBe(tasks.length);
});

test('the figures count the first and the first five, and the report names what was missed', () => {
  const [look, drop] = readTasks(text) as [Ranked['task'], Ranked['task']];
  const found = ['three__x', 'two__a', 'one__c', 'one__d', 'one__e', 'one__b'];
  const ranked = [look, drop].map((task) => ({ task, alone: 1, worded: rankOf(task, found), found }));
  expect(scoreOf(ranked)).toEqual({
    tasks: 2,
    alone: { first: 1, five: 1 },
    worded: { first: 0, five: 0.5 },
  });
  const report = searchReport({ servers: 3, tools: 9, listBytes: 40_960, searchBytes: 4_096, ranked });
  expect(report).toContain(
    'The list of all: 40 KB, about 10,200 tokens; in search mode: 4 KB, about 1,000 tokens.',
  );
  expect(report).toContain('| half kept for this figure (1) | 100 % | 100 % | 0 % | 0 % |');
  expect(report).toContain('| throw it away | `one__b` (place 6) | `three__x`, `two__a` |');
  expect(report).not.toContain('look at it');
});
