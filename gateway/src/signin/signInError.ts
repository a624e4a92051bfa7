/** A sign-in can't be made; the message says what failed, where, and what to do, and holds no secret. */
export class SignInError extends Error {
  override readonly name = 'SignInError';
}
