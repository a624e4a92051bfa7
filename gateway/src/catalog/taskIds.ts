/** The server and the task that an exposed id refers to. */
export interface TaskAddress {
  readonly serverId: string;
  /** The server's own id. */
  readonly taskId: string;
}

/**
 * The exposed id of a server's task: `<server>/<its own id>`. Server ids contain no slash, so it can be split at the first one,
 * whatever the task's own id is.
 */
export function exposedTaskId({ serverId, taskId }: TaskAddress): string {
  return `${serverId}/${taskId}`;
}

/** Splits an exposed id; returns undefined for any other text. */
export function splitTaskId(exposed: string): TaskAddress | undefined {
  const slash = exposed.indexOf('/');
  if (slash <= 0 || slash === exposed.length - 1) return undefined;
  return { serverId: exposed.slice(0, slash), taskId: exposed.slice(slash + 1) };
}
