/** Where the routes are that schemas describe: known without them, so that they load when the first such request comes. */
const apiPath =
  /^\/(?:status|describe|events|auth-check|server-check|sign-in|oauth\/callback|management|registry)(?:[/?]|$)/;

/** Whether the target of a request, with its query, is one of `endpointGroups`. */
export function isApiPath(target: string): boolean {
  return apiPath.test(target);
}
