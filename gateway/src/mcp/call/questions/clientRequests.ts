import { durable } from '../../../audit/durable.ts';
import { AuditUnavailableError, RpcCode } from '../../../errors.ts';
import { clientRequestKind, decideClientRequest } from '../../../policy/clientRequests.ts';
import type { Server } from '../../../registry/types.ts';
import type { Conversation, Question, QuestionAnswer, UpstreamAnswer } from '../../../upstream/types.ts';
import { jsonBytes } from '../../../upstream/rpc/writeLarge.ts';
import { isObject, own, type Params } from '../../jsonrpc/message.ts';
import { toRpcError } from '../../jsonrpc/rpcFailure.ts';
import type { Caller } from '../caller.ts';
import { announced } from './announced.ts';
import { questionDetail } from './questionDetail.ts';

/** The client that is asked, and the trail that logs it. */
type Asked = Pick<Caller, 'client' | 'trail'>;

/** A server's request is decided and logged before it goes to the client; the answer is logged before it goes to the server. */
export function governedConversation(
  caller: Caller,
  server: Server,
  conversation: Conversation,
): Conversation {
  return {
    ...conversation,
    announced: announced(caller.client, server, conversation.capabilities),
    ask: (question, signal) => governed(caller, server, question, () => conversation.ask(question, signal)),
    ...(conversation.roots !== undefined && {
      roots: () =>
        conversation.capabilities.roots === undefined
          ? undefined
          : governed(caller, server, rootsQuestion, () => conversation.roots?.() ?? noRoots()),
    }),
  };
}

const rootsQuestion: Question = { method: 'roots/list', params: {} };
const noRoots = (): Promise<QuestionAnswer> =>
  Promise.resolve({ error: { code: RpcCode.methodNotFound, message: 'the client has no roots' } });

/** A server's roots request outside of a client's request, decided and logged like one during a request. */
export function governedRoots(
  asked: Asked,
  server: Server,
  ask: () => Promise<QuestionAnswer>,
): Promise<QuestionAnswer> {
  return governed(asked, server, rootsQuestion, ask);
}

async function governed(
  asked: Asked,
  server: Server,
  question: Question,
  ask: () => Promise<QuestionAnswer>,
): Promise<QuestionAnswer> {
  try {
    const denied = await decide(asked, server, [question]);
    if (denied !== undefined) return { error: denied };
    const answer = await ask();
    await noteAnswers(asked, server, [[question.method, answer]]);
    return answer;
  } catch (error) {
    if (error instanceof AuditUnavailableError) return { error: toRpcError(error) };
    throw error;
  }
}

/**
 * A server's requests inside its result, which the client answers by repeating its own request, or in an error that sends the
 * client to a URL (MCP 2025-11-25, client/elicitation): decided like any other.
 */
export async function governedAnswer(
  caller: Caller,
  server: Server,
  answer: UpstreamAnswer,
): Promise<UpstreamAnswer> {
  const questions = questionsIn(answer);
  if (questions.length === 0) return answer;
  const denied = await decide(caller, server, questions);
  return denied === undefined ? answer : { error: denied, bytes: answer.bytes };
}

/** The answers that a client sends with its repeated request. */
export async function noteResponses(caller: Caller, server: Server, params: Params): Promise<void> {
  const responses = own(params, 'inputResponses');
  if (!isObject(responses)) return;
  const answers = Object.values(responses).map((result): [null, QuestionAnswer] => [null, { result }]);
  await noteAnswers(caller, server, answers);
}

function questionsIn(answer: UpstreamAnswer): Question[] {
  const asked = 'error' in answer ? urlsIn(answer.error) : requestsIn(answer.result);
  return asked.flatMap((one) => {
    const method = isObject(one) ? own(one, 'method') : undefined;
    if (!isObject(one) || typeof method !== 'string') return [];
    const params = own(one, 'params');
    return [{ method, params: isObject(params) ? params : {} }];
  });
}

function requestsIn(result: unknown): unknown[] {
  if (!isObject(result) || ![result['resultType'], result['status']].includes('input_required')) return [];
  const requests = own(result, 'inputRequests');
  return isObject(requests) ? Object.values(requests) : [];
}

/** MCP 2025-11-25, client/elicitation, "URL Elicitation Required Error". */
function urlsIn({ code, data }: { readonly code: number; readonly data?: unknown }): unknown[] {
  const elicitations =
    code === RpcCode.urlElicitationRequired && isObject(data) ? own(data, 'elicitations') : undefined;
  if (!Array.isArray(elicitations)) return [];
  return elicitations.map((params: unknown) => ({ method: 'elicitation/create', params }));
}

async function decide(
  { client, trail }: Asked,
  server: Server,
  questions: readonly Question[],
): Promise<{ readonly code: number; readonly message: string } | undefined> {
  return durable(trail, async () => {
    let denial: { readonly code: number; readonly message: string } | undefined;
    for (const question of questions) {
      const kind = clientRequestKind(question.method);
      if (kind === undefined) continue;
      const { allowed, reason, rule } = decideClientRequest(client, server, kind);
      const detail = { ...(await questionDetail(client.id, kind, question.params)), rule };
      trail.note({ event: 'client_request', server_id: server.id, allowed, reason, detail });
      if (!allowed)
        denial ??= {
          code: RpcCode.toolDenied,
          message: `LMCP does not pass on ${question.method}: client_requests denies it (${reason}).`,
        };
    }
    return denial;
  });
}

async function noteAnswers(
  { client, trail }: Asked,
  server: Server,
  answers: readonly (readonly [method: string | null, answer: QuestionAnswer])[],
): Promise<void> {
  await durable(trail, async () => {
    for (const [method, answer] of answers) {
      const kind = method === null ? null : (clientRequestKind(method) ?? null);
      const detail = { kind, ...(await answerDetail(client.id, answer)) };
      trail.note({ event: 'client_request_result', server_id: server.id, detail });
    }
  });
}

/** Sizes and outcomes, never the content of the answer. */
async function answerDetail(clientId: string, answer: QuestionAnswer): Promise<Record<string, unknown>> {
  if ('error' in answer) return { outcome: 'error', code: answer.error.code };
  const action = isObject(answer.result) ? answer.result['action'] : undefined;
  const known = action === 'accept' || action === 'decline' || action === 'cancel';
  return { outcome: known ? action : 'ok', bytes: await jsonBytes(clientId, answer.result ?? null) };
}
