/** The newest version of the Engine API whose meaning is known here, and the oldest that has what is needed. */
const newestApi = 47;
const oldestApi = 41;

/**
 * The version that both sides know, as a path prefix such as `/v1.45`.
 * @param theirs `ApiVersion` of the engine's `GET /version` (Engine API, SystemVersion)
 * @throws Error where the engine is too old
 */
export function negotiatedVersion(theirs: unknown): string {
  const minor = Math.min(Number(String(theirs).split('.')[1]), newestApi);
  if (minor >= oldestApi) return `/v1.${minor}`;
  throw new Error(
    `the container engine has API ${String(theirs)}: 1.${oldestApi} or later is required. Update the engine`,
  );
}
