/** Where something is in the registry: keys and list indexes from the top. */
export type RegistryPath = readonly (string | number)[];

/** Something wrong (or, as a warning, doubtful) in a registry file. No field ever carries a secret. */
export interface Problem {
  /** As people write it: `clients.vscode.allow_servers[0]`; empty for the file as a whole. */
  readonly path: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based, in UTF-16 units. */
  readonly column: number;
  /** What is wrong, without a full stop at the end. */
  readonly message: string;
  /** What to write or do instead. */
  readonly fix: string;
}

/** The registry file can't be used; `problems` holds all that is wrong with it. */
export class RegistryInvalidError extends Error {
  override readonly name = 'RegistryInvalidError';
  readonly problems: readonly Problem[];
  readonly text: string;
  readonly file: string;
  constructor(problems: readonly Problem[], text: string, file: string) {
    super(`${file} is not a valid registry (${countOf(problems)})`);
    this.problems = problems;
    this.text = text;
    this.file = file;
  }
}

/** `1 problem`, `3 problems`. */
export function countOf(problems: readonly Problem[]): string {
  return problems.length === 1 ? '1 problem' : `${problems.length} problems`;
}

/** `clients.vscode.allow_servers[0]`; keys that are no plain words are quoted. */
export function pathText(path: RegistryPath): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    const word = /^[A-Za-z0-9_-]{1,64}$/.test(step) ? step : quoted(step);
    return text === '' ? word : `${text}.${word}`;
  }, '');
}

/** A name from the file, fit for a terminal: in quotes, shortened, without control or direction characters. */
export function quoted(name: string): string {
  const shown = name.length > 80 ? `${name.slice(0, 79)}…` : name;
  return JSON.stringify(shown).replace(
    /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
