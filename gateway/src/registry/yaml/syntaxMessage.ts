import type { ErrorCode } from 'yaml';

type MessageAndFix = readonly [message: string, fix: string];

/**
 * The YAML parser's errors in words of our own: its own messages can quote the text they stumbled over, which may be a
 * secret, and do not say what to write instead.
 */
const messages: Partial<Record<ErrorCode, MessageAndFix>> = {
  BAD_DQ_ESCAPE: ['an unknown escape in double quotes', 'write a backslash as \\\\, or use single quotes'],
  BAD_INDENT: [
    'the indentation does not fit, or a bracket is left open',
    'indent with two spaces a level and close every [ and {',
  ],
  BAD_SCALAR_START: ['a plain value cannot start with this character', 'put the value in quotes'],
  BLOCK_AS_IMPLICIT_KEY: [
    'a second `key:` on one line, or a wrong indentation',
    'start a new line, or put the value in quotes',
  ],
  BLOCK_IN_FLOW: ['an indented block inside brackets', 'write the whole value in brackets, or none of it'],
  DUPLICATE_KEY: ['this key is there twice', 'remove one of the two'],
  KEY_OVER_1024_CHARS: ['a key of more than 1024 characters', 'shorten the key'],
  MISSING_CHAR: [
    'something is missing here: a closing quote, bracket, comma, colon or a space',
    'close the quote or bracket, and put a space after each colon',
  ],
  MULTILINE_IMPLICIT_KEY: [
    'a key that goes over several lines',
    'check the indentation and the colons of these lines',
  ],
  MULTIPLE_DOCS: ['a second YAML document', 'remove the `---` line and what follows it'],
  RESOURCE_EXHAUSTION: ['nested too deeply', 'remove the superfluous brackets'],
  TAB_AS_INDENT: ['a tab used as indentation', 'indent with spaces'],
  TAG_RESOLVE_FAILED: [
    'a YAML tag (`!name`), which a registry does not use',
    'remove the tag, or put the value in quotes',
  ],
  BAD_DIRECTIVE: ['a YAML directive (`%name`), which a registry does not use', 'remove the line'],
  UNEXPECTED_TOKEN: [
    'this does not belong here',
    'check the indentation, quotes and brackets of this line and the one above',
  ],
};

/** Message and fix for a code of the YAML parser. */
export function syntaxMessage(code: ErrorCode): MessageAndFix {
  return (
    messages[code] ?? [
      'this is not valid YAML',
      'check the indentation, quotes and brackets of this line and the one above',
    ]
  );
}
