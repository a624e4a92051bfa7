import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { jsonObject, named } from '../schema/named.ts';

const openApiAnswer = named(
  'OpenApi',
  'An OpenAPI 3.1 document.',
  z.strictObject({
    openapi: z.literal('3.1.1'),
    info: jsonObject,
    security: z.array(jsonObject),
    paths: jsonObject,
    components: jsonObject,
  }),
);

export const openApiEndpoints = {
  getOpenApi: endpoint({
    method: 'GET',
    path: '/management/openapi.json',
    auth: 'management',
    summary: 'This API as an OpenAPI 3.1 document.',
    answer: openApiAnswer,
    errors: [],
  }),
};
