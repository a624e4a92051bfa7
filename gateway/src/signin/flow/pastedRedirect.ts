import { SignInError } from '../signInError.ts';

const maxLength = 16_384;

/**
 * What a person copied from a browser on another machine: the address that it was sent to, its query, or the code alone.
 * @param state that belongs to a code alone
 * @throws SignInError
 */
export function pastedRedirect(text: string, state: string): URLSearchParams {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed.length > maxLength) throw unreadable();
  const isAddress = /^https?:\/\//i.test(trimmed);
  const query = isAddress ? URL.parse(trimmed)?.search : trimmed;
  if (query === undefined) throw unreadable();
  const parameters = new URLSearchParams(query);
  if (parameters.has('code') || parameters.has('error')) {
    if (parameters.get('state') !== state)
      throw new SignInError('The address belongs to another sign-in. Begin again with lmcp login.');
    return parameters;
  }
  if (isAddress || /\s/.test(trimmed)) throw unreadable();
  return new URLSearchParams({ code: trimmed, state });
}

function unreadable(): SignInError {
  return new SignInError(
    'This is neither the address that the browser was sent to, nor a code. Copy the whole address from the browser.',
  );
}
