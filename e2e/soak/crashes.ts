import { crashCampaign } from '../harness/processes/crashes.ts';

/**
 * SIGKILL under load, a number of times, on one log.
 * @returns the promises that were broken, in words
 */
export async function crashes(rounds: number, say: (text: string) => void): Promise<string[]> {
  const { acknowledged, unrecorded, undecided, verified } = await crashCampaign(rounds);
  say(`${rounds} times SIGKILL, ${acknowledged} calls answered`);
  return [
    ...(acknowledged > rounds || rounds === 0
      ? []
      : [`${acknowledged} answers in ${rounds} rounds are no load`]),
    ...(unrecorded.length > 0 ? [`${unrecorded.length} answered calls are not logged`] : []),
    ...(undecided.length > 0 ? [`${undecided.length} forwarded calls have no logged decision`] : []),
    ...(verified.code === 0
      ? []
      : [`the log does not verify after the crashes: ${verified.stdout}${verified.stderr}`]),
  ];
}
