import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Tool } from '../catalog/tools.ts';
import { isOneLetterOff } from './expansions.ts';
import { searchTools, type Searched } from './search.ts';
import { ToolIndex } from './toolIndex.ts';
import { nameKey, wordsOf } from './words.ts';

function server(
  id: string,
  tools: readonly Tool[],
  usable = (_tool: Tool): boolean => true,
): Searched & { tools: readonly Tool[] } {
  return {
    serverId: id,
    tools,
    index: new ToolIndex({ id, about: '' }, tools),
    usable: Uint8Array.from(tools, (tool) => (usable(tool) ? 1 : 0)),
  };
}
const tool = (
  name: string,
  description = '',
  properties: Record<string, { description?: string }> = {},
): Tool => ({
  name,
  description,
  inputSchema: { type: 'object', properties },
});

const git = server('git', [
  tool('create_issue', 'Opens an issue in a repository.', { title: { description: 'Title of the issue' } }),
  tool('merge_pull_request', 'Merges a pull request into its base branch.'),
  tool('list_commits', 'Lists the commits of a branch, newest first.'),
]);
const browser = server('browser', [
  tool('browser_take_screenshot', 'Takes a screenshot of the page and saves it as an image.'),
  tool('browser_click', 'Clicks an element of the page.'),
]);
const all = [git, browser];

function names(
  searched: readonly (Searched & { tools: readonly Tool[] })[],
  queries: readonly string[],
  limit = 5,
): string[] {
  return searchTools(searched, queries, limit).map(
    ({ serverId, place }) => searched.find((one) => one.serverId === serverId)?.tools[place]?.name ?? '',
  );
}

describe('finds a tool', () => {
  test.each([
    ['create issue', 'create_issue'],
    ['createIssue', 'create_issue'],
    ['opening issues in repositories', 'create_issue'],
    ['add a ticket to the project', 'create_issue'],
    ['merge request', 'merge_pull_request'],
    ['capture what the website looks like', 'browser_take_screenshot'],
    ['screnshot', 'browser_take_screenshot'],
    ['screensh', 'browser_take_screenshot'],
    ['press a button', 'browser_click'],
  ])('by %j: %s', (query, expected) => expect(names(all, [query])[0]).toBe(expected));
});

test('fuses several wordings: what fits most of them comes first', () => {
  expect(names(all, ['which changes were made last', 'git log', 'list commits'])[0]).toBe('list_commits');
});

test('an exact name comes first, whatever other descriptions repeat', () => {
  const stuffed = server('spam', [
    tool('click', 'browser_click click element page screenshot issue commit '.repeat(200)),
    tool('browser_clicks', 'browser_click '.repeat(50)),
  ]);
  for (const query of ['browser_click', 'browserClick', 'browser__browser_click', 'create_issue'])
    expect(names([stuffed, ...all], [query])[0]).toBe(query === 'create_issue' ? query : 'browser_click');
});

test('does not find denied tools, which don’t affect the results either', () => {
  const random = fc.array(fc.constantFrom('file', 'list', 'issue', 'page', 'click', 'merge'), {
    maxLength: 5,
  });
  const tools = fc.array(fc.record({ words: random, usable: fc.boolean() }), { maxLength: 8 });
  fc.assert(
    fc.property(
      fc.array(tools, { maxLength: 4 }),
      fc.array(random, { minLength: 1, maxLength: 5 }),
      (lists, queries) => {
        const build = (keepHidden: boolean) =>
          lists.map((list, at) => {
            const items = list.map(({ words, usable }, n) => ({
              tool: tool(`t${n}`, words.join(' ')),
              usable,
            }));
            const kept = items.filter(({ usable }) => keepHidden || usable);
            return server(
              `s${at}`,
              kept.map((one) => one.tool),
              (one) => kept.find(({ tool: it }) => it === one)?.usable === true,
            );
          });
        const wordings = queries.map((words) => words.join(' '));
        const found = names(build(true), wordings, 100);
        expect(found).toEqual(names(build(false), wordings, 100));
      },
    ),
  );
});

test('words that only denied tools have don’t hide what a typo or a prefix means', () => {
  const misspelled = server('hidden', [tool('comit')], () => false);
  expect(names([misspelled, ...all], ['comit'])).toEqual(names(all, ['comit']));
  expect(names(all, ['comit'])).toContain('list_commits');
  const many = Array.from({ length: 20 }, (_, n) => tool(`brow${String.fromCharCode(97 + n)}`));
  const longer = server('browser', [...many, tool('browser_click')], ({ name }) => name === 'browser_click');
  expect(names([longer], ['brow'])).toEqual(['browser_click']);
});

test('what somebody asks is rather answered by a tool that reads', () => {
  const board = server('board', [tool('move_card'), tool('delete_card'), tool('get_card')]);
  expect(names([board], ['where is my card'])[0]).toBe('get_card');
  expect(names([board], ['my card elsewhere'])[0]).toBe('move_card');
});

test('of equal tools, that of the server whose other tools fit comes first', () => {
  const mixed = server('a', [tool('create_comment'), tool('list_rows'), tool('create_row')]);
  const tickets = server('b', [tool('create_comment'), tool('list_issues'), tool('close_issue')]);
  const found = searchTools([mixed, tickets], ['comment on the issue'], 5);
  expect(found.filter(({ place }) => place === 0).map(({ serverId }) => serverId)).toEqual(['b', 'a']);
});

test('never throws, and returns the same result for the same query', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 200 }), { maxLength: 5 }), (queries) => {
      const found = searchTools(all, queries, 3);
      expect(found).toEqual(searchTools(all, queries, 3));
      expect(found.length).toBeLessThanOrEqual(3);
    }),
  );
});

test('servers take turns where scores are equal', () => {
  const [a, b] = ['a', 'b'].map((id) => server(id, [tool('one', 'same'), tool('two', 'same')]));
  if (a === undefined || b === undefined) throw new Error('no servers');
  expect(searchTools([a, b], ['same'], 4).map(({ serverId }) => serverId)).toEqual(['a', 'b', 'a', 'b']);
});

test('splits words, and treats the forms of a word as equal', () => {
  expect(wordsOf('browser_takeScreenshot getHTTPResponse')).toEqual([
    'browser',
    'tak',
    'screenshot',
    'get',
    'http',
    'respons',
  ]);
  for (const forms of [
    'create creates creating created creation',
    'query queries',
    'reply replies replied',
    'write wrote written writing',
    'send sent sends',
    'run running',
    'file files',
    'list listing',
  ])
    expect(new Set(wordsOf(forms)).size).toBe(1);
  expect(wordsOf('Überprüfung café')).toEqual(['uberprufung', 'caf']);
  expect(nameKey('createIssue')).toBe(nameKey('Create_issue'));
});

test('prototype keys are words like any other', () => {
  const odd = server('odd', [tool('constructor', '__proto__ toString')]);
  expect(names([odd], ['constructor'])).toEqual(['constructor']);
  expect(names([odd], ['hasOwnProperty'])).toEqual([]);
});

test.each([
  ['issue', 'isue', true],
  ['issue', 'issues', true],
  ['issue', 'isseu', true],
  ['issue', 'ossie', false],
  ['issue', 'issue', false],
  ['abcd', 'abdce', false],
])('%s and %s: one letter off is %s', (a, b, expected) => expect(isOneLetterOff(a, b)).toBe(expected));

test('an exact name of a tool that may not be used finds nothing', () => {
  const hidden = server('files', [tool('wipe_disk', 'Wipes.')], () => false);
  for (const query of ['wipe_disk', 'files__wipe_disk', 'wipe disk'])
    expect(names([hidden, ...all], [query])).not.toContain('wipe_disk');
});
