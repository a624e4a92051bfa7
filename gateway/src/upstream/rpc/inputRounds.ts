import { isRecord } from '../../json/isRecord.ts';
import { RpcCode, UpstreamError } from '../../errors.ts';
import { canBeAsked } from '../clientCapabilities.ts';
import { limits } from '../limits.ts';
import type { Conversation, Question, UpstreamAnswer } from '../types.ts';

type Params = Readonly<Record<string, unknown>>;

/** A server that has asked so often asks forever. */
const maxRounds = 32;
const maxQuestions = 32;

/**
 * For a client that is asked by requests, in front of a server that asks in its results: puts the questions of an
 * `input_required` result to the client and sends the request again with the answers (MCP 2026-07-28, basic/patterns/mrtr).
 * @throws UpstreamError
 */
export async function withInputRounds(
  serverId: string,
  conversation: Conversation,
  params: Params,
  signal: AbortSignal,
  send: (params: Params) => Promise<UpstreamAnswer>,
): Promise<UpstreamAnswer> {
  let answer = await send(params);
  for (let round = 0; round < maxRounds; round++) {
    const required = inputRequired(answer);
    if (required === undefined) return answer;
    const inputResponses = await answers(conversation, required.questions, signal);
    if ('error' in inputResponses) return { error: inputResponses.error, bytes: 0 };
    answer = await send({
      ...params,
      inputResponses: inputResponses.given,
      ...(required.state === undefined ? {} : { requestState: required.state }),
    });
  }
  throw new UpstreamError(
    'protocol',
    `Server "${serverId}" asked its client more than ${maxRounds} times in one call.`,
  );
}

interface Required {
  readonly questions: ReadonlyMap<string, Question>;
  readonly state: string | undefined;
}

/** Undefined for a result that is complete. */
function inputRequired(answer: UpstreamAnswer): Required | undefined {
  if (!('result' in answer) || !isRecord(answer.result) || answer.result['resultType'] !== 'input_required')
    return undefined;
  const { inputRequests, requestState } = answer.result;
  const questions = Object.entries(isRecord(inputRequests) ? inputRequests : {}).flatMap(
    ([key, question]): [string, Question][] => {
      if (!isRecord(question) || typeof question['method'] !== 'string') return [];
      const params = isRecord(question['params']) ? question['params'] : {};
      return [[key, { method: question['method'], params }]];
    },
  );
  return {
    questions: new Map(questions.slice(0, maxQuestions)),
    state: typeof requestState === 'string' ? requestState : undefined,
  };
}

type Given =
  { given: Record<string, unknown> } | { error: { code: number; message: string; data?: unknown } };

async function answers(
  conversation: Conversation,
  questions: Required['questions'],
  signal: AbortSignal,
): Promise<Given> {
  const given: [string, unknown][] = [];
  for (const [key, question] of questions) {
    if (!canBeAsked(conversation.capabilities, question.method, question.params)) {
      const message = `The server needs ${question.method.slice(0, 64)}, which this client does not offer.`;
      return { error: { code: RpcCode.missingClientCapability, message } };
    }
    const patience = AbortSignal.any([signal, AbortSignal.timeout(limits.questionMs)]);
    const answer = await conversation.ask(question, patience);
    if ('error' in answer) return { error: answer.error };
    given.push([key, answer.result]);
  }
  return { given: Object.fromEntries(given) };
}
