import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendError } from '../answer/answer.ts';
import { pathOf } from '../context.ts';
import type { WebFiles } from '../webFiles.ts';

/**
 * The interface's own scripts, styles and images, and requests to this gateway alone; nothing inline, no frame around it.
 * docs/web_ui.md explains each part.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  'media-src data:',
  "font-src 'self'",
  "connect-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const headers = {
  'Content-Security-Policy': contentSecurityPolicy,
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
} as const;

/** `/ui` and what is below it: the web interface, as it was built. */
export async function uiRoute(
  files: WebFiles,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const found = await files.find(pathOf(request).slice('/ui'.length));
  if (found === 'unbuilt') {
    const how = 'the web interface is not built; `npm start` builds it, or `npm run build --workspace web`';
    sendError(response, 'not_found', how);
    return;
  }
  if (found === 'absent') {
    sendError(response, 'not_found', 'the web interface has no such file; reload the page');
    return;
  }
  const accepted = acceptedCodings(request.headers['accept-encoding']);
  const [coding, body] = found.compressed.find(([one]) => accepted.has(one)) ?? [undefined, found.body];
  response.writeHead(200, {
    ...headers,
    'Content-Type': found.type,
    'Content-Length': body.length,
    ...(coding !== undefined && { 'Content-Encoding': coding }),
    Vary: 'Accept-Encoding',
    'Cache-Control': found.immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
  });
  response.end(body);
}

/** Content codings that a request names and does not rule out with `q=0` (RFC 9110, 12.5.3). */
function acceptedCodings(header: string | undefined): ReadonlySet<string> {
  const named = (header ?? '').toLowerCase().split(',');
  return new Set(
    named.flatMap((one) => {
      const [coding = '', ...parameters] = one.split(';').map((part) => part.trim());
      return parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter)) ? [] : [coding];
    }),
  );
}
