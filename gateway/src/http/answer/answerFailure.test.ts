import type { ServerResponse } from 'node:http';
import { expect, it } from 'vitest';
import type { Logger } from '../../logger.ts';
import { answerFailure } from './answerFailure.ts';

function answered(error: unknown): { status: number; body: unknown; logged: string[] } {
  const seen = { status: 0, body: undefined as unknown, logged: [] as string[] };
  const response = {
    headersSent: false,
    writeHead: (status: number) => (seen.status = status),
    end: (text: string) => void (seen.body = JSON.parse(text)),
  } as unknown as ServerResponse;
  const logger = { error: (message: string) => void seen.logged.push(message) } as unknown as Logger;
  answerFailure(response, logger, error);
  return seen;
}

it('tells to restart LMCP where a part of it is gone since an upgrade, and logs which', async () => {
  const error: unknown = await import(/* @vite-ignore */ `${import.meta.dirname}/gone.js`).catch(
    (thrown: unknown) => thrown,
  );
  const { status, body, logged } = answered(Object.assign(error as Error, { code: 'ERR_MODULE_NOT_FOUND' }));
  expect([status, body]).toEqual([
    500,
    { ok: false, error: 'internal_error', message: expect.stringContaining('Restart LMCP') as string },
  ]);
  expect(logged.join()).toContain('gone.js');
});

it('says nothing of the inside for any other failure', () => {
  const { status, body } = answered(new Error('secret'));
  expect([status, JSON.stringify(body)]).toEqual([500, expect.not.stringContaining('secret')]);
});
