import type { Outcome } from '../attempt.ts';
import { judged } from '../attempt.ts';
import type { Reply } from '../probe.ts';
import { secrets } from './stage.ts';

/** An error of JSON-RPC is a rejection, whatever the status it comes with; one result among several is through. */
export function rejected({ status, text }: Reply): Outcome {
  const error = /"error":\{"code":(-\d+),"message":"([^"]{0,80})/.exec(text);
  if (error === null || text.includes('"result":')) return tellsNothing({ status, text }, judged);
  return tellsNothing({ status, text }, () => ({ through: false, by: `${status} ${error[1]} ${error[2]}` }));
}

/** Whatever is answered, it holds no secret. */
export function tellsNothing(reply: Reply, judge: (reply: Reply) => Outcome): Outcome {
  const secret = secrets.find((one) => reply.text.includes(one));
  return secret === undefined ? judge(reply) : { through: true, by: `the answer holds ${secret}` };
}
