const secretWord =
  /secret|token|passw|pwd|passphrase|credential|cookie|signature|bearer|auth|dsn|api[-_]?key|(^|[-_])(key|pat|pin|sid)$/i;

/** Beginnings of the tokens of widespread services, and of a JSON Web Token. */
const knownPrefix = /^(sk|pk|rk)[-_]|^(gh[a-z]|glpat|xox[a-z]|npm|pypi|hf)[-_]|^github_pat_|^AKIA|^eyJ/;

/** Whether the name of a variable, an option or a member says that its value is secret. */
export function hasSecretName(name: string): boolean {
  return secretWord.test(name) || /[a-z]Key$/.test(name);
}

/**
 * Whether a value looks as if it was generated: letters and digits in turn. Words with numbers, versions, paths, hosts and names
 * of packages do not.
 */
export function looksGenerated(value: string): boolean {
  if (knownPrefix.test(value)) return true;
  if (value.length < 16 || !/^[A-Za-z0-9+/_=.-]+$/.test(value) || /^\.{0,2}\//.test(value)) return false;
  return value.split(/[-_./]/).some((part) => changesOfClass(part) >= 4);
}

/** How often a lower-case letter, an upper-case letter and a digit follow each other; a capital before a word does not count. */
function changesOfClass(text: string): number {
  const classes = text
    .replace(/[A-Z](?=[a-z]{3})/g, 'a')
    .replace(/[a-z]/g, 'a')
    .replace(/[A-Z]/g, 'A');
  return classes.replace(/[0-9]/g, '0').replace(/(.)\1*/g, '$1').length - 1;
}
