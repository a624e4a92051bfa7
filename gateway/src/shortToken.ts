/** Fewer characters than this can be guessed. */
const minTokenLength = 16;

/** Whether a token is so short that others must be kept from trying all of its kind. */
export function isShortToken(token: string): boolean {
  return token.length < minTokenLength;
}
