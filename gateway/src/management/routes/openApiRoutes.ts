import { openApiDocument } from '../../api/openapi/openApiDocument.ts';
import type { openApiEndpoints } from '../../api/openapi/openApi.ts';
import { version } from '../../version.ts';
import { json, type Handlers } from '../route.ts';

/** `/management/openapi.json`: this API, as its schemas describe it. */
export function openApiHandlers(): Handlers<typeof openApiEndpoints> {
  return { getOpenApi: () => json(openApiDocument(version)) };
}
