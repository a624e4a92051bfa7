import type { Note, Trail } from './trail.ts';

/**
 * Does a part of a request: what it noted (decisions, outcomes) is durable before its result or its error comes out.
 * @throws AuditUnavailableError instead of what the part gives or throws
 */
export async function durable<T>(trail: Trail, part: () => T | Promise<T>): Promise<T> {
  try {
    return await part();
  } finally {
    if (trail.hasNotes) await trail.commit();
  }
}

/**
 * Does what must not precede what was noted before: reaches a server, changes a session, answers.
 * @throws AuditUnavailableError, and the action is not done
 */
export async function onceDurable<T>(trail: Trail, action: () => T | Promise<T>): Promise<T> {
  if (trail.hasNotes) await trail.commit();
  return action();
}

/**
 * Notes one line, durable when the promise resolves: `durable` without a function to call, for what each call comes to.
 * @throws AuditUnavailableError
 */
export function noteDurably(trail: Trail, note: Note): Promise<void> {
  trail.note(note);
  return trail.commit();
}
