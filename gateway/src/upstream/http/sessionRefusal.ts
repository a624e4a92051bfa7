/** What servers write where they know no session of that id, or forgot that it was initialized. */
const words = [
  /\b(?:no|not|unknown|invalid|expired|missing|stale|unrecognized)\b.*\bsession\b/i,
  /\bsession\b.*\b(?:not|no longer|unknown|invalid|expired|missing|terminated|closed|required|stale|unrecognized)\b/i,
  /\bnot (?:yet |been )?initialized\b|\buninitialized\b|\bbefore initialization\b/i,
];
/** Refusals are short; longer texts are not searched. */
const maxRefusalLength = 4_096;

/** Whether a refusal says that the session is unknown to the server, or was never initialized. */
export function saysSessionIsLost(text: string): boolean {
  return text.length <= maxRefusalLength && words.some((pattern) => pattern.test(text));
}

/**
 * The message of a JSON-RPC error that says so; undefined for everything else. What an application reports has a code of its
 * own: only codes that JSON-RPC reserves are a refusal of the protocol.
 */
export function lostSessionError(text: string): { code: number; message: string } | undefined {
  if (text.length > maxRefusalLength || !text.includes('"error"')) return undefined;
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
