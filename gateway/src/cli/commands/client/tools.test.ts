import { expect, test } from 'vitest';
import type { ClientToolsAnswer } from '../../../api/clients.ts';
import { clientToolsText, warningsOf } from './tools.ts';

const answer: ClientToolsAnswer = {
  ok: true,
  client_id: 'vscode',
  mode: 'all',
  allowed: { tools: 130, bytes: 40_960 },
  listed: { tools: 130, bytes: 40_960 },
  servers: [{ server_id: 'git', tools: 1, bytes: 2_048 }],
  applications: [
    { name: 'Visual Studio Code', limit: 128 },
    { name: 'other', limit: null },
    { name: 'roomy', limit: 130 },
  ],
};

test('says how large the list is, and which servers make it up', () => {
  const text = clientToolsText(answer, (rows) => rows.map((row) => row.join(' ')).join('\n'));
  expect(text).toBe(
    'vscode may use 130 tools, 40.0 KB, about 10240 tokens; listed (all): 130 tools, 40.0 KB, about 10240 tokens\n' +
      'SERVER TOOLS KB TOKENS\ngit 1 2.0 512',
  );
});

test('warns of an application that takes fewer', () => {
  expect(warningsOf(answer)).toEqual([
    expect.stringContaining('Visual Studio Code takes 128 tools and is listed 130'),
  ]);
});
