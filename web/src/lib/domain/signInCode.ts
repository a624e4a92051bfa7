/** The code of a sign-in link (`#sign-in=…`), which `lmcp open` makes; null in any other address. */
export function signInCode(hash: string): string | null {
  return /^#sign-in=([A-Za-z0-9_-]{1,100})$/.exec(hash)?.[1] ?? null;
}
