import { z } from 'zod';
import { ApiError } from '../route.ts';
import type { AddClientRequest, RotateRequest } from '../../api/types.ts';

const addRequest = z.strictObject({
  client_id: z.string(),
  allow_servers: z.array(z.string()),
  rate_limit_rpm: z.number().nullable().default(null),
});

const rotateRequest = z.strictObject({ keep_previous: z.boolean() });

/** Whether its values make a valid client is for the registry to say. @throws ApiError 400 `malformed_request` */
export function addRequestOf(body: unknown): AddClientRequest {
  return read(
    addRequest,
    body,
    '{"client_id": "codex", "allow_servers": ["time"]}, and "rate_limit_rpm" if it is to have one',
  );
}

/** @throws ApiError 400 `malformed_request` */
export function rotateRequestOf(body: unknown): RotateRequest {
  return read(rotateRequest, body, '{"keep_previous": true} or {"keep_previous": false}');
}

function read<T>(schema: z.ZodType<T>, body: unknown, example: string): T {
  const { success, data } = schema.safeParse(body);
  if (success) return data;
  throw new ApiError(400, 'malformed_request', `the body must be ${example}`);
}
