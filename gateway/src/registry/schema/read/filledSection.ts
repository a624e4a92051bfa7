import { fillMarks } from '../../secrets/marks.ts';
import { referenceTo } from '../../secrets/references.ts';
import { fillFromEnvironment } from './environment.ts';
import type { RegistryPath } from '../../yaml/problem.ts';
import type { ReadContext } from './readContext.ts';

/**
 * The entries of `env` or `headers` with `${NAME}` filled in, and `${secret:NAME}` marked; `faultOf` judges what came out, because the environment can
 * bring what the file could not.
 */
export function fillSection(
  entries: Readonly<Record<string, string>>,
  path: RegistryPath,
  context: ReadContext,
  faultOf: (value: string) => string | null,
): ReadonlyMap<string, string> {
  const { findings } = context;
  const filled = new Map<string, string>();
  for (const [name, text] of Object.entries(entries)) {
    const at = [...path, name];
    const value = fillFromEnvironment(text, context.env, (secret) => referenceTo(secret, context));
    if (!value.ok) {
      for (const { message, fix } of value.faults) findings.problem(at, message, fix);
      continue;
    }
    const fault = faultOf(fillMarks(value.text, () => ''));
    if (fault === null) filled.set(name, value.text);
    else findings.problem(at, fault, 'remove the characters, or correct the variable that brings them');
  }
  return filled;
}
