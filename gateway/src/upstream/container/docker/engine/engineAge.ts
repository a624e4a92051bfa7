/** The first that keeps neighbours from ports published on loopback (moby#45610). */
const firstSafe = 28;

/**
 * What to warn of where an engine of this version publishes the gateway's port on loopback; undefined where there is nothing
 * to say.
 * @param version as `GET /version` gives it, such as `26.1.5+dfsg1`
 */
export function publishingWarning(version: string): string | undefined {
  const major = Number(/^(\d+)\.\d+/.exec(version)?.[1]);
  if (!(major < firstSafe)) return undefined;
  return (
    `Docker engine ${major} publishes LMCP’s port: before ${firstSafe} neighbours on the local network can reach ports ` +
    'published on loopback in some set-ups (moby#45610). Tokens are asked of them too. Update the engine, or drop packets ' +
    'for 127.0.0.0/8 that come from outside in the firewall of the machine (docs/containers.md).'
  );
}
