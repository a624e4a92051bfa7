import { expect, test } from 'vitest';
import type { ClientToolsAnswer } from '../../../api/tools/clientTools.ts';
import { clientToolsText, warningsOf } from './tools.ts';

const answer: ClientToolsAnswer = {
  ok: true,
  client_id: 'vscode',
  mode: 'all',
  max: 100,
  descriptions: 'short',
  allowed: { tools: 130, bytes: 40_960, tokens: 10_240 },
  listed: { tools: 130, bytes: 40_960, tokens: 5_120 },
  by_search: false,
  names: [],
  servers: [{ server_id: 'git', tools: 1, bytes: 2_048, tokens: 512 }],
  unknown_servers: [],
  searches: { searches: 0, found: 0, missed: 0 },
  applications: [
    { name: 'Visual Studio Code', limit: 128 },
    { name: 'other', limit: null },
    { name: 'roomy', limit: 130 },
  ],
};

test('says how large the list is, and which servers make it up', () => {
  const text = clientToolsText(answer, (rows) => rows.map((row) => row.join(' ')).join('\n'));
  expect(text).toBe(
    'vscode may use 130 tools, 40.0 KB, about 10240 tokens; listed (all, short descriptions): 130 tools, 40.0 KB, about 5120 tokens\n' +
      'SERVER TOOLS KB TOKENS\ngit 1 2.0 512',
  );
});

test('warns of an application that takes fewer', () => {
  expect(warningsOf(answer)).toEqual([
    expect.stringContaining('Visual Studio Code takes 128 tools and is listed 130'),
  ]);
});
