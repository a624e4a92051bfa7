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
/** Maximum characters of the engine's error message. */
const maxMessage = 500;

/** A request to the engine and the response to the gateway. */
export interface Exchange {
  readonly onward: ClientRequest;
  readonly response: ServerResponse;
  readonly budget: ByteBudget;
}

/** Passes on the members that the gateway reads. Returns the engine's status. */
export async function passOnJson(exchange: Exchange, cut: Cut, body = ''): Promise<number> {
  const answer = await answerTo(exchange, body);
  const status = answer.statusCode ?? 502;
  if (status >= 400) return passOnFailure(exchange, answer, (message) => message);
  const value = await withBytes(answer, largestAnswer, exchange.budget, (bytes) => cut(parsed(bytes)));
  send(exchange.response, status, value);
  return status;
}

/** Passes on only the status, with a text of the guard on success. */
export async function passOnStatus(exchange: Exchange, text = ''): Promise<number> {
  const answer = await answerTo(exchange);
  const status = answer.statusCode ?? 502;
  if (status >= 400) return passOnFailure(exchange, answer, (message) => message);
  answer.resume();
  exchange.response.writeHead(status).end(text);
  return status;
}

/** Streams the events until either side closes. */
export async function passOnEvents(exchange: Exchange, cut: Cut): Promise<number> {
  const answer = await answerTo(exchange);
  const status = answer.statusCode ?? 502;
  if (status >= 400) return passOnFailure(exchange, answer, (message) => message);
  exchange.response.writeHead(status, { 'Content-Type': 'application/json' }).flushHeaders();
  await pipeline(answer, lineCut(cut), exchange.response).catch(() => undefined);
  return status;
}

/**
 * Passes on the result of a pull in one line, without its progress.
 * @param failed receives the engine's own text, for the guard's log
 */
export async function passOnPull(exchange: Exchange, failed: (text: string) => void): Promise<number> {
  const answer = await answerTo(exchange);
  const status = answer.statusCode ?? 502;
  const report = (message: string): string => {
    failed(message);
    return pullFailure(message);
  };
  if (status >= 400) return passOnFailure(exchange, answer, report);
  let last: object = { status: 'Pull complete' };
  const watch = (line: unknown): void => {
    const { error } = (line ?? {}) as { error?: unknown };
    if (typeof error !== 'string') return;
    const message = report(error);
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

/** The engine's error message, printable. */
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
  report: (message: string) => string,
): Promise<number> {
  const status = answer.statusCode ?? 502;
  send(response, status, { message: report(await engineMessage(answer, budget)) });
  return status;
}

/** Sends the request, and aborts it if the gateway disconnects. */
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
