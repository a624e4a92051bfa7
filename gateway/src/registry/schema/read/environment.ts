/** The outcome of filling in `${NAME}`: the text, or what is wrong with the references (never a value). */
export type Filled =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly faults: readonly { readonly message: string; readonly fix: string }[] };

/**
 * Fills in `${NAME}` from the environment. `$${` stands for a literal `${`; any other `$` is itself. What is filled in is
 * not looked at again.
 * @param reference what stands for `${secret:NAME}`; absent where none may be
 */
export function fillFromEnvironment(
  text: string,
  env: Readonly<Record<string, string | undefined>>,
  reference?: (name: string) => { readonly text: string } | { readonly fault: string },
): Filled {
  const faults: { message: string; fix: string }[] = [];
  const filled = text.replace(
    /\$\$\{|\$\{([^}]*)(\}?)/g,
    (whole, name: string | undefined, close: string) => {
      if (whole === '$${' || name === undefined) return '${';
      const secret = close === '}' && reference !== undefined ? secretIn(name) : undefined;
      if (secret !== undefined && reference !== undefined) {
        const found = reference(secret);
        if ('text' in found) return found.text;
        faults.push({ message: `\`\${secret:…}\` names no secret: ${found.fault}`, fix: secretFix });
        return '';
      }
      const fault = referenceFault(name, close === '}', env);
      if (fault !== null) faults.push(fault);
      return Object.hasOwn(env, name) ? (env[name] ?? '') : '';
    },
  );
  return faults.length === 0 ? { ok: true, text: filled } : { ok: false, faults };
}

/** The secret that a reference names by `secret:NAME`; undefined for a variable of the environment. */
export function secretIn(name: string): string | undefined {
  return /^secret:(.*)$/s.exec(name)?.[1];
}

const secretFix = 'write `${secret:NAME}`, and define the secret with lmcp secret set NAME';

function referenceFault(
  name: string,
  closed: boolean,
  env: Readonly<Record<string, string | undefined>>,
): { message: string; fix: string } | null {
  const literal = 'write `$${` where a literal `${` is meant';
  if (!closed) return { message: 'a `${` without its `}`', fix: `close it, as in \`\${NAME}\`; ${literal}` };
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    return {
      message: '`${…}` holds something that is not a variable name',
      fix: `write \`\${NAME}\`; ${literal}`,
    };
  }
  if (Object.hasOwn(env, name) && env[name] !== undefined) return null;
  return {
    message: `the environment variable ${name} is not set`,
    fix: `set ${name} before LMCP starts; ${literal}`,
  };
}
