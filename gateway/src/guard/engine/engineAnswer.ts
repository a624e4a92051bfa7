import { once } from 'node:events';
import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { printable } from '../../printable.ts';
import { jsonHeaders } from '../answer.ts';
import type { Cut } from './answers.ts';
import { withBytes, type ByteBudget } from '../byteBudget.ts';
import { lineCut } from './lineCut.ts';
import { pullFailure } from './pullFailure.ts';

/** Bytes of one answer of the engine. */
const largestAnswer = 2 * 1024 ** 2;
/** Characters of the engine's sentence about a failure. */
const maxMessage = 500;

/** A request to the engine on its way to an answer for the gateway. */
export interface Exchange {
  readonly onward: ClientRequest;
  readonly response: ServerResponse;
  readonly budget: ByteBudget;
}

/** Passes on the members that the gateway reads. Gives the engine's status. */
export async function passOnJson(exchange: Exchange, cut: Cut, body = ''): Promise<number> {
  const answer = await answerTo(exchange, body);
  const status = answer.statusCode ?? 502;
  if (status >= 400) return passOnFailure(exchange, answer, (message) => message);
  const value = await withBytes(answer, largestAnswer, exchange.budget, (bytes) => cut(parsed(bytes)));
  send(exchange.response, status, value);
  return status;
}

/** Passes on the status alone, with a text of the guard's own where it succeeded. */
export async function passOnStatus(exchange: Exchange, text = ''): Promise<number> {
  const answer = await answerTo(exchange);
  const status = answer.statusCode ?? 502;
  if (status >= 400) return passOnFailure(exchange, answer, (message) => message);
  answer.resume();
  exchange.response.writeHead(status).end(text);
  return status;
}

/** Passes on the events as they happen, until either side closes. */
export async function passOnEvents(exchange: Exchange, cut: Cut): Promise<number> {
  const answer = await answerTo(exchange);
  const status = answer.statusCode ?? 502;
  if (status >= 400) return passOnFailure(exchange, answer, (message) => message);
  exchange.response.writeHead(status, { 'Content-Type': 'application/json' }).flushHeaders();
  await pipeline(answer, lineCut(cut), exchange.response).catch(() => undefined);
  return status;
}

/**
 * Passes on how a pull ended, in one line, and none of its progress.
 * @param failed is told the engine's own text, for the guard's log
 */
export async function passOnPull(exchange: Exchange, failed: (text: string) => void): Promise<number> {
  const answer = await answerTo(exchange);
  const status = answer.statusCode ?? 502;
  const told = (message: string): string => {
    failed(message);
    return pullFailure(message);
  };
  if (status >= 400) return passOnFailure(exchange, answer, told);
  let last: object = { status: 'Pull complete' };
  const watch = (line: unknown): void => {
    const { error } = (line ?? {}) as { error?: unknown };
    if (typeof error !== 'string') return;
    const message = told(error);
    last = { errorDetail: { message }, error: message };
  };
  exchange.response.writeHead(status, { 'Content-Type': 'application/json' }).flushHeaders();
  await pipeline(
    answer,
    lineCut(watch, () => last),
    exchange.response,
  ).catch(() => undefined);
  return status;
}

/** The engine's sentence about a failure, fit to print. */
export async function engineMessage(answer: IncomingMessage, budget: ByteBudget): Promise<string> {
  const message = await withBytes(answer, largestAnswer, budget, (bytes) => {
    const value = parsed(bytes) as { message?: unknown } | undefined;
    return typeof value?.message === 'string' ? value.message : '';
  }).catch(() => '');
  return printable(message.slice(0, maxMessage));
}

async function passOnFailure(
  { response, budget }: Exchange,
  answer: IncomingMessage,
  told: (message: string) => string,
): Promise<number> {
  const status = answer.statusCode ?? 502;
  send(response, status, { message: told(await engineMessage(answer, budget)) });
  return status;
}

/** Sends the request; where the gateway goes away, the engine's work ends too. */
async function answerTo({ onward, response }: Exchange, body = ''): Promise<IncomingMessage> {
  response.on('close', () => onward.destroy());
  const answered = once(onward, 'response') as Promise<[IncomingMessage]>;
  onward.end(body);
  const [answer] = await answered;
  onward.on('error', () => answer.destroy());
  return answer;
}

function send(response: ServerResponse, status: number, value: unknown): void {
  const text = JSON.stringify(value);
  response.writeHead(status, jsonHeaders(text)).end(text);
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}
