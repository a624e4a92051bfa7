import { expect, test } from 'vitest';
import { offerInterface, type OpenChoice } from './openInterface.ts';
import { scriptedTerminal } from '../testing/scriptedTerminal.ts';

async function offer(
  choice: OpenChoice,
  answer: string | undefined,
  interactive = true,
): Promise<{ asked: number; opened: string[] }> {
  let asked = 0;
  const opened: string[] = [];
  const ask = (): Promise<string | undefined> => {
    asked += 1;
    return Promise.resolve(answer);
  };
  const terminal = scriptedTerminal({ stdinIsTerminal: interactive, stdoutIsTerminal: interactive, ask });
  const page = { url: 'http://127.0.0.1:7345/ui', signedIn: () => Promise.resolve(url) };
  await offerInterface(terminal, page, choice, new AbortController().signal, (address) =>
    opened.push(address),
  );
  return { asked, opened };
}

const url = 'http://127.0.0.1:7345/ui/#sign-in=code';

test.each([
  ['y', [url]],
  [' Yes ', [url]],
  ['', []],
  ['n', []],
  [undefined, []],
])('on a terminal it asks, and opens on a yes: %j', async (answer, opened) => {
  expect(await offer(undefined, answer)).toEqual({ asked: 1, opened });
});

test('--open does not ask, --no-open does neither', async () => {
  expect(await offer(true, undefined)).toEqual({ asked: 0, opened: [url] });
  expect(await offer(false, 'y')).toEqual({ asked: 0, opened: [] });
});

test('without a terminal nothing is asked or opened, not even with --open', async () => {
  for (const choice of [undefined, true, false])
    expect(await offer(choice, 'y', false)).toEqual({ asked: 0, opened: [] });
});
