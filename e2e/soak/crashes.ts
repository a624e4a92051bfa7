import { crashCampaign, type Campaign } from '../harness/processes/crashes.ts';

/** Each campaign has a log of its own, so that what one of them found is told when it ends. */
const roundsEach = 20;

/**
 * SIGKILL under load, a number of times, in campaigns that are judged one by one.
 * @returns the promises that were broken, in words
 */
export async function crashes(rounds: number, say: (text: string) => void): Promise<string[]> {
  const broken: string[] = [];
  for (let done = 0; done < rounds;) {
    const now = Math.min(roundsEach, rounds - done);
    const campaign = await crashCampaign(now);
    done += now;
    const found = brokenBy(campaign, now);
    broken.push(...found);
    const verdict = found.length === 0 ? 'every one of them is logged' : found.join('; ');
    say(`${done} of ${rounds} times SIGKILL: ${campaign.acknowledged} more calls answered, ${verdict}`);
  }
  return broken;
}

function brokenBy({ acknowledged, unrecorded, undecided, verified }: Campaign, rounds: number): string[] {
  return [
    ...(acknowledged > rounds ? [] : [`${acknowledged} answers in ${rounds} rounds are no load`]),
    ...(unrecorded.length > 0 ? [`${unrecorded.length} answered calls are not logged`] : []),
    ...(undecided.length > 0 ? [`${undecided.length} forwarded calls have no logged decision`] : []),
    ...(verified.code === 0
      ? []
      : [`the log does not verify after the crashes: ${verified.stdout}${verified.stderr}`]),
  ];
}
