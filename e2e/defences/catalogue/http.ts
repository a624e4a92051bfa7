import type { Defence } from '../defence.ts';

const server = 'gateway/src/http/server.ts';
const hostGuard = 'gateway/src/http/door/hostGuard.ts';
const requestShape = 'gateway/src/http/door/requestShape.ts';
const body = 'gateway/src/http/door/body.ts';
const readJson = 'gateway/src/http/routes/readJson.ts';
const management = 'gateway/src/http/routes/management.ts';
const ui = 'gateway/src/http/routes/ui.ts';
const jsonText = 'gateway/src/audit/format/jsonText.ts';

const abuse = (name: string): Defence['test'] => ({ project: 'e2e', file: 'e2e/abuse.test.ts', name });
const http = (name: string): Defence['test'] => ({ project: 'e2e', file: 'e2e/http.test.ts', name });
const unit = (file: string, name?: string): Defence['test'] => ({
  project: 'unit',
  file,
  ...(name === undefined ? {} : { name }),
});
const hostGuardTest = 'gateway/src/http/door/hostGuard.test.ts';
const requestShapeTest = 'gateway/src/http/door/requestShape.test.ts';

const hosts: readonly Defence[] = [
  {
    against: 'a foreign Host',
    file: server,
    code: "checkHost(listening, headerValues(request, 'host')) ?? checkOrigin(listening, origins)",
    without: 'checkOrigin(listening, origins)',
    test: http('Host evil.example is refused'),
  },
  {
    against: 'a request without Host',
    file: hostGuard,
    code: "if (host === undefined || others.length > 0) return 'host_not_allowed';",
    without: "if (host === undefined) return undefined;\n  if (others.length > 0) return 'host_not_allowed';",
    test: http('no Host and two Hosts'),
  },
  {
    against: 'a doubled Host header',
    file: hostGuard,
    code: "if (host === undefined || others.length > 0) return 'host_not_allowed';",
    without: "if (host === undefined) return 'host_not_allowed';",
    test: http('no Host and two Hosts'),
  },
  {
    against: 'names that only begin like this machine',
    file: hostGuard,
    code: '(name) => host === `${name}:${port}`',
    without: '(name) => host.startsWith(name)',
    test: http('Host 127.0.0.1.nip.io'),
  },
  {
    against: 'names that only end like this machine',
    file: hostGuard,
    code: '(name) => host === `${name}:${port}`',
    without: '(name) => host.endsWith(`${name}:${port}`)',
    test: http('Host evil@127.0.0.1'),
  },
  {
    against: 'names that a URL parser takes for this machine',
    file: hostGuard,
    code: 'return isLocal(host, listening.port) ||',
    without: 'return isLocal(URL.parse(`http://${host}`)?.host ?? host, listening.port) ||',
    test: http('Host 0x7f.1'),
  },
  {
    against: 'a Host that is refused without a line on record',
    file: server,
    code: "if ((await context.refusals.refuse(entry)) === 'busy') sendBusy(response);",
    without: 'if (entry.allowed) sendBusy(response);',
    test: http('what is refused at the door is on record'),
  },
];

const origins: readonly Defence[] = [
  {
    against: 'a foreign Origin',
    file: server,
    code: "checkHost(listening, headerValues(request, 'host')) ?? checkOrigin(listening, origins)",
    without: "checkHost(listening, headerValues(request, 'host'))",
    test: http('Origin https://evil.example is refused'),
  },
  {
    against: 'an Origin of null',
    file: hostGuard,
    code: 'if (origin === undefined) return undefined;',
    without: "if (origin === undefined || origin === 'null') return undefined;",
    test: http('Origin null is refused'),
  },
  {
    against: 'pages of other ports of this machine',
    file: hostGuard,
    code: "isLocal(origin.slice('http://'.length), listening.port)",
    without: "localNames.includes(origin.slice('http://'.length).replace(/:[0-9]+$/, ''))",
    test: http('Origin http://localhost:1 is refused'),
  },
  {
    against: 'two Origins of which the first is allowed',
    file: hostGuard,
    code: 'others.length === 0 && (isOwn',
    without: '(isOwn',
    test: unit(hostGuardTest),
  },
  {
    against: 'origins of other schemes',
    file: hostGuard,
    code: "origin.startsWith('http://') && ",
    without: '',
    test: unit(hostGuardTest),
  },
  {
    against: 'answers that pages of any origin may read',
    file: server,
    code: 'if (origin === undefined || !allowedOrigins.includes(origin)) return true;',
    without: 'if (origin === undefined) return true;',
    test: http('an allowed origin may read'),
  },
  {
    against: 'preflights that offer the management header',
    file: server,
    code: "'Authorization, Content-Type,",
    without: "'X-Lmcp-Management-Token, Authorization, Content-Type,",
    test: abuse('a preflight never offers'),
  },
  {
    against: 'management by a page of another site, with a valid token',
    file: management,
    code: "new Set(['same-origin', 'none'])",
    without: "new Set(['same-origin', 'none', 'cross-site'])",
    test: abuse('from a page as another site is refused'),
  },
  {
    against: 'management by a page of another port, with a valid token',
    file: management,
    code: "new Set(['same-origin', 'none'])",
    without: "new Set(['same-origin', 'none', 'same-site'])",
    test: abuse('from a page as another port of this site is refused'),
  },
  {
    against: 'management by a page whose site has no name here, with a valid token',
    file: management,
    code: 'site !== undefined && !ownSites.has(site)',
    without: "site === 'cross-site' || site === 'same-site'",
    test: abuse('from a page as two sites at once is refused'),
  },
];

const bodies: readonly Defence[] = [
  {
    against: 'text/plain bodies for MCP',
    file: readJson,
    code: 'if (!json.test(type)) {',
    without: "if (!json.test(type) && type !== 'text/plain') {",
    test: http('a body that is text/plain is refused'),
  },
  {
    against: 'text/plain bodies for management',
    file: readJson,
    code: 'if (!json.test(type)) {',
    without: "if (!json.test(type) && type !== 'text/plain') {",
    test: abuse('from a page as text/plain is refused'),
  },
  {
    against: 'forms for management',
    file: readJson,
    code: 'if (!json.test(type)) {',
    without: "if (!json.test(type) && !type.includes('form')) {",
    test: abuse('from a page as a form is refused'),
  },
  {
    against: 'types that only mention JSON',
    file: readJson,
    code: '/^application\\/json',
    without: '/application\\/json',
    test: http('a body that is text/plain with JSON as a parameter'),
  },
  {
    against: 'bodies in another charset',
    file: readJson,
    code: '(;(?!.*charset)|;\\s*charset="?utf-8"?\\s*(;|$)|$)',
    without: '(;|$)',
    test: abuse('another charset'),
  },
  {
    against: 'bodies in another coding',
    file: readJson,
    code: "if (request.headers['content-encoding'] !== undefined) {",
    without: "if (request.headers['content-encoding'] === 'br') {",
    test: abuse('a compressed body'),
  },
  {
    against: 'bodies that are no UTF-8',
    file: body,
    code: '{ fatal: true }',
    without: '{ fatal: false }',
    test: http('a body that is not UTF-8'),
  },
  {
    against: 'a large body that is declared, before any of it comes',
    file: body,
    code: "if (Number(request.headers['content-length'] ?? 0) > limit) return { kind: 'too_large' };",
    without: '',
    test: abuse('a body that says it is too large'),
  },
  {
    against: 'a large body in chunks',
    file: body,
    code: 'if (size > limit) {',
    without: 'if (size > limit * 1_000) {',
    test: http('a body over 1 MiB'),
  },
  {
    against: 'a body that ends before its length',
    file: body,
    code: "request.on('error', () => resolve({ kind: 'aborted' }));",
    without: "request.on('error', () => resolve(decode(chunks)));",
    test: abuse('a body that ends before its length'),
  },
  {
    against: 'a body without end',
    file: 'gateway/src/http/answer/answerUnread.ts',
    code: 'if (left < 0) end();',
    without: '',
    test: abuse('a body without end'),
  },
  {
    against: 'a body without end, a trickle at a time',
    file: 'gateway/src/http/answer/answerUnread.ts',
    code: 'const timer = setTimeout(end, lingerMs);',
    without: 'const timer = undefined;',
    test: abuse('a body that says it is too large'),
  },
  {
    against: 'bodies that are refused without a line on record',
    file: readJson,
    code: "if ((await context.refusals.refuse(entry)) === 'busy') sendBusy(response);",
    without: 'if (entry.allowed) sendBusy(response);',
    test: http('what is refused at the door is on record'),
  },
];

const shapes: readonly Defence[] = [
  {
    against: 'a parser that forgives',
    file: server,
    code: 'requireHostHeader: false,',
    without: 'requireHostHeader: false,\n    insecureHTTPParser: true,',
    test: abuse('refused once, nothing forwarded'),
  },
  {
    against: 'requests that can be read in two ways',
    file: server,
    code: 'if (words !== undefined) {',
    without: "if (words === '') {",
    test: abuse('refused once, nothing forwarded'),
  },
  {
    against: 'other versions of HTTP',
    file: requestShape,
    code: "if (httpVersion !== '1.1' && httpVersion !== '1.0') return 'LMCP speaks HTTP/1.1';",
    without: '',
    test: unit(requestShapeTest, 'refuses HTTP/'),
  },
  {
    against: 'codings that look like chunked',
    file: requestShape,
    code: "coding.toLowerCase() === 'chunked'",
    without: "coding.toLowerCase().includes('chunked')",
    test: unit(requestShapeTest, 'refuses Transfer-Encoding'),
  },
  {
    against: 'chunks in HTTP/1.0',
    file: requestShape,
    code: "if (httpVersion === '1.0') return 'HTTP/1.0 has no Transfer-Encoding';",
    without: '',
    test: abuse('chunks in HTTP/1.0'),
  },
  {
    against: 'two content types',
    file: requestShape,
    code: "'content-type', ",
    without: '',
    test: abuse('two content types'),
  },
  {
    against: 'two sessions in one request',
    file: requestShape,
    code: "'mcp-session-id', ",
    without: '',
    test: unit(requestShapeTest, 'refuses two of'),
  },
  {
    against: 'two codings, each in a header of its own',
    file: requestShape,
    code: "'transfer-encoding', ",
    without: '',
    test: unit(requestShapeTest, 'refuses Transfer-Encoding'),
  },
  {
    against: 'a whole address as the target',
    file: requestShape,
    code: "!target.startsWith('/') || ",
    without: '',
    test: abuse('a whole address as target'),
  },
  {
    against: 'fragments in the target',
    file: requestShape,
    code: "target.includes('#') || ",
    without: '',
    test: unit(requestShapeTest, 'refuses the target'),
  },
  {
    against: 'spaces and bytes beyond ASCII in the target',
    file: requestShape,
    code: ' || !printable.test(target)',
    without: '',
    test: unit(requestShapeTest, 'refuses the target'),
  },
  {
    against: 'dot segments in the path',
    file: requestShape,
    code: '!dotSegment.test(path) && ',
    without: '',
    test: abuse('dot segment: refused once'),
  },
  {
    against: 'encoded dot segments below /ui',
    file: requestShape,
    code: '(\\.|%2e){1,2}($|[/\\\\]|%2f|%5c)/i',
    without: '(\\.|%2e){1,2}($|[/\\\\])/i',
    test: { project: 'e2e', file: 'e2e/management.test.ts', name: 'a path out of its folder' },
  },
  {
    against: 'backslashes in the path',
    file: requestShape,
    code: "!path.includes('\\\\') && ",
    without: '',
    test: unit(requestShapeTest, 'refuses the target'),
  },
  {
    against: 'encoded control characters in the path',
    file: requestShape,
    code: ' && !controlEscape.test(path)',
    without: '',
    test: unit(requestShapeTest, 'refuses the target'),
  },
  {
    against: 'links out of the folder of the interface',
    file: 'gateway/src/http/webFiles.ts',
    code: '.filter((entry) => entry.isFile())',
    without: '.filter((entry) => !entry.isDirectory())',
    test: unit('gateway/src/http/webFiles.test.ts', '/link.txt'),
  },
];

const floods: readonly Defence[] = [
  {
    against: 'headers that trickle in',
    file: server,
    code: 'headersTimeout: 10_000,',
    without: 'headersTimeout: 0,',
    test: abuse('headers and bodies that trickle in'),
  },
  {
    against: 'bodies that trickle in',
    file: server,
    code: 'requestTimeout: 30_000,',
    without: 'requestTimeout: 0,',
    test: abuse('headers and bodies that trickle in'),
  },
  {
    against: 'floods of headers',
    file: server,
    code: 'maxHeaderSize: 16 * 1024,',
    without: 'maxHeaderSize: 1024 * 1024,',
    test: abuse('headers of 20 KiB'),
  },
  {
    against: 'connections that stay idle',
    file: server,
    code: 'requestTimeout: 30_000,\n    headersTimeout: 10_000,',
    without: 'requestTimeout: 0,\n    headersTimeout: 0,',
    test: abuse('5,000 idle connections'),
  },
  {
    against: 'more connections than there are descriptors',
    file: server,
    code: 'server.maxConnections = maxConnections;',
    without: '',
    test: abuse('connections past the limit'),
  },
  {
    against: 'readers that stall',
    file: 'gateway/src/http/answer/sse.ts',
    code: 'if (this.#response.writableLength > maxPendingBytes) {',
    without: 'if (this.#response.destroyed) {',
    test: unit('gateway/src/http/answer/sse.test.ts', 'drops a reader'),
  },
  {
    against: 'readers of /events that take all places',
    file: 'gateway/src/http/routes/events.ts',
    code: '!context.feed.hasPlace(reader.management)',
    without: '!context.feed.hasPlace(true)',
    test: http('50 subscribers at most'),
  },
  {
    against: 'streams of the older transport without number',
    file: 'gateway/src/http/routes/sse.ts',
    code: 'this.#connections.size >= mostConnections',
    without: 'this.#connections.size < 0',
    test: { project: 'e2e', file: 'e2e/eras.test.ts', name: '500 streams' },
  },
];

const records: readonly Defence[] = [
  {
    against: 'requests that the parser refuses unseen',
    file: 'gateway/src/http/door/unreadable.ts',
    code: "await refusals.refuse({ event: 'http_rejected', ...entry }).catch(() => undefined);",
    without: '',
    test: abuse('what the parser refuses is on record'),
  },
  {
    against: 'connections that say nothing, on record all the same',
    file: 'gateway/src/http/door/unreadable.ts',
    code: 'const asksNothing = saidNothing ||',
    without: 'const asksNothing =',
    test: abuse('headers and bodies that trickle in'),
  },
  {
    against: 'a second record of what was refused, where the client leaves without the rest of it',
    file: 'gateway/src/http/door/unreadable.ts',
    code: 'saidNothing || gaveUp(code, current);',
    without: 'saidNothing;',
    test: { project: 'e2e', file: 'e2e/http.test.ts', name: 'refused at the door' },
  },
  {
    against: 'line breaks in what a caller says of itself',
    file: jsonText,
    code: 'const plain = /^[\\x20\\x21\\x23-\\x5b\\x5d-\\x7e]*$/;',
    without: 'const plain = /^[^"\\\\]*$/;',
    test: abuse('line breaks and escapes in every field'),
  },
  {
    against: 'text that turns the reading direction of a line',
    file: jsonText,
    code: '/[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]/gu',
    without: '/[\\p{Cc}\\p{Zl}\\p{Zp}]/gu',
    test: abuse('line breaks and escapes in every field'),
  },
  {
    against: 'request ids that are anything',
    file: 'gateway/src/audit/trail.ts',
    code: 'return value !== undefined && safeRequestId.test(value) ? value : null;',
    without: 'return value ?? null;',
    test: abuse('line breaks and escapes in every field'),
  },
];

const pageHeader = (against: string, code: string, without = ''): Defence => ({
  against,
  file: ui,
  code,
  without,
  test: {
    project: 'e2e',
    file: 'e2e/management.test.ts',
    name: 'is served at every path of it, under its policy',
  },
});
const pages: readonly Defence[] = [
  pageHeader('scripts inside the page', `"script-src 'self'"`, `"script-src 'self' 'unsafe-inline'"`),
  pageHeader('styles inside the page', `"style-src 'self'"`, `"style-src 'self' 'unsafe-inline'"`),
  pageHeader('requests of the page to anywhere', `"connect-src 'self'"`, '"connect-src *"'),
  pageHeader('what the policy does not name', `"default-src 'none'"`, '"default-src *"'),
  pageHeader('forms that send elsewhere', `  "form-action 'none'",\n`),
  pageHeader('a base address of somebody else', `  "base-uri 'none'",\n`),
  pageHeader('frames around the interface', `  "frame-ancestors 'none'",\n`),
  pageHeader('frames around the interface, in older browsers', "  'X-Frame-Options': 'DENY',\n"),
  pageHeader('guesses at the type of a file of the interface', "  'X-Content-Type-Options': 'nosniff',\n"),
  pageHeader('the address of the interface in a Referer', "  'Referrer-Policy': 'no-referrer',\n"),
  pageHeader('windows that opened the interface', "  'Cross-Origin-Opener-Policy': 'same-origin',\n"),
  pageHeader('files of the interface in other pages', "  'Cross-Origin-Resource-Policy': 'same-origin',\n"),
  {
    against: 'guesses at the type of an answer',
    file: 'gateway/src/http/answer/answer.ts',
    code: "    'X-Content-Type-Options': 'nosniff',\n",
    without: '',
    test: http('answers are what they say, and are not kept'),
  },
  {
    against: 'answers that are kept',
    file: 'gateway/src/http/answer/answer.ts',
    code: "    'Cache-Control': 'no-store',\n",
    without: '',
    test: http('answers are what they say, and are not kept'),
  },
  {
    against: 'guesses at the type of a stream',
    file: 'gateway/src/http/answer/sse.ts',
    code: "      'X-Content-Type-Options': 'nosniff',\n",
    without: '',
    test: http('answers are what they say, and are not kept'),
  },
];

export const httpDefences: readonly Defence[] = [
  ...hosts,
  ...origins,
  ...bodies,
  ...shapes,
  ...floods,
  ...records,
  ...pages,
];
