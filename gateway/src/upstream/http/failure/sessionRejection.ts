/** What servers write where they know no session of that id, or forgot that it was initialized. */
const session = '\\b(?:mcp)?sessions?(?:[ _-]?ids?)?\\b';
const lost =
  "\\b(?:no|not|cannot|\\w+n't|unknown|invalid|expired|missing|lost|stale|unrecogni[sz]ed|terminated|closed|ended|required)\\b";
const patterns = [
  new RegExp(`${lost}.*${session}`, 'i'),
  new RegExp(`${session}.*${lost}`, 'i'),
  /(?:\bnot|\bnever|n't) (?:yet |been |yet been |been yet )?initiali[sz]ed\b|\buninitiali[sz]ed\b/i,
  /\bbefore initiali[sz]|\binitiali[sz]e first\b|\bexpect(?:ed|s|ing)? (?:an )?["'`]?initiali[sz]e\b/i,
];
/** Statuses that servers reject a lost session with, beside 404 and 410; 401 is that of a widespread SDK. */
const rejecting = new Set([400, 401, 409, 422]);
/** Who asks, or how often. */
const unrelated = new Set([403, 407, 429]);

/** Whether a rejection means that the session is over: by its status where the server had opened one, else by its words. */
export function rejectsSession(status: number, text: string, hasSession: boolean): boolean {
  if (status === 404 || status === 410 || status === 503) return hasSession;
  if (rejecting.has(status)) return saysSessionIsLost(text);
  return !unrelated.has(status) && lostSessionError(text) !== undefined;
}
/** Rejections are short; longer texts are not searched. */
const maxRejectionLength = 4_096;

/** Whether a rejection says that the session is unknown to the server, or was never initialized. */
export function saysSessionIsLost(text: string): boolean {
  return text.length <= maxRejectionLength && patterns.some((pattern) => pattern.test(text));
}

/**
 * The message of a JSON-RPC error that says so; undefined for everything else. What an application reports has a code of its
 * own: only codes that JSON-RPC reserves are a rejection of the protocol.
 */
export function lostSessionError(text: string): { code: number; message: string } | undefined {
  if (text.length > maxRejectionLength || !text.includes('"error"')) return undefined;
  const error = errorOf(text);
  const reserved = error !== undefined && error.code >= -32768 && error.code <= -32000;
  return reserved && saysSessionIsLost(error.message) ? error : undefined;
}

/** The error of a JSON-RPC message. */
export function errorOf(text: string): { code: number; message: string } | undefined {
  try {
    const { error } = JSON.parse(text) as { error?: { code?: unknown; message?: unknown } | null };
    const { code, message } = error ?? {};
    return typeof code === 'number' && typeof message === 'string' ? { ...error, code, message } : undefined;
  } catch {
    return undefined;
  }
}
