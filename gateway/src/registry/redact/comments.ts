import { Lexer } from 'yaml';

/** Tokens that the lexer puts in without taking them from the text. */
const scalarMark = '\x1f';
const marks: ReadonlySet<string> = new Set(['\x02', '\x18', scalarMark]);

/** Where the comments of a YAML text are, from their `#` on. */
export function commentsOf(text: string): { readonly from: number; readonly to: number }[] {
  const comments: { from: number; to: number }[] = [];
  let at = 0;
  let scalarFollows = false;
  for (const token of new Lexer().lex(text)) {
    if (scalarFollows || !marks.has(token)) {
      if (token.startsWith('#') && !scalarFollows) comments.push({ from: at, to: at + token.length });
      at += token.length;
      scalarFollows = false;
    } else scalarFollows = token === scalarMark;
  }
  return comments;
}
