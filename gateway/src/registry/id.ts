/** What a client or server id looks like; aggregated tool names are cut at `__`, so an id has none and ends in no `_`. */
export const idPattern = /^(?!.*__)(?!.*_$)[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

/** Why a text is not an id, as a message; null if it is one. */
export function idFault(text: string): string | null {
  if (text === '') return 'an id cannot be empty';
  if (text.length > 64) return 'an id has at most 64 characters';
  if (!/^[A-Za-z0-9_-]+$/.test(text)) return 'an id has only letters a-z, digits, `-` and `_`';
  if (!/^[A-Za-z0-9]/.test(text)) return 'an id starts with a letter or a digit';
  if (text.includes('__')) return 'an id has no two underscores in a row';
  return text.endsWith('_') ? 'an id does not end in an underscore' : null;
}
