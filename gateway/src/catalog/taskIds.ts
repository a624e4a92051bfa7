/** Which task of which server an id stands for. */
export interface TaskAddress {
  readonly serverId: string;
  /** As the server knows it. */
  readonly taskId: string;
}

/**
 * The id under which a server's task is known among those of all servers: `<server>/<its own id>`. Ids of servers hold no slash,
 * so it can be taken apart at the first one, whatever the task's own id is.
 */
export function exposedTaskId({ serverId, taskId }: TaskAddress): string {
  return `${serverId}/${taskId}`;
}

/** Takes an exposed id apart; undefined for any other text. */
export function splitTaskId(exposed: string): TaskAddress | undefined {
  const slash = exposed.indexOf('/');
  if (slash <= 0 || slash === exposed.length - 1) return undefined;
  return { serverId: exposed.slice(0, slash), taskId: exposed.slice(slash + 1) };
}
