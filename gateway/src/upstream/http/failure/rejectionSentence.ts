import { printable } from '../../../printable.ts';

const maxLength = 300;
/** Secrets shorter than this would be found by accident in any sentence. */
const shortestSecret = 6;

/**
 * What the body of a rejection says in words: the message of an error in JSON, or the first line of plain text. One line, fit for
 * a terminal, and without the values of the headers that LMCP sent. Undefined where it says nothing.
 */
export function rejectionSentence(body: string, secrets: Iterable<string>): string | undefined {
  const said = (sentenceIn(body) ?? '').trim();
  if (said === '') return undefined;
  const hidden = [...secrets].flatMap(partsOf).reduce((text, secret) => text.replaceAll(secret, '***'), said);
  const shown = hidden.length > maxLength ? `${hidden.slice(0, maxLength)}…` : hidden;
  return printable(shown.toWellFormed());
}

/** `Bearer <token>` is repeated as a whole or without its scheme. */
function partsOf(header: string): string[] {
  return [header, ...header.split(' ')].filter(({ length }) => length >= shortestSecret);
}

function sentenceIn(body: string): string | undefined {
  const text = body.slice(0, 64 * 1024).trim();
  if (text.startsWith('<')) return pageText(text);
  if (text.startsWith('{')) return messageIn(parsed(text));
  return text.split(/\r?\n/, 1)[0];
}

/** Frameworks answer with a page that holds one sentence; of a longer one the title tells more. */
function pageText(page: string): string | undefined {
  const pre = /<pre>([^<]{1,300})<\/pre>/i.exec(page)?.[1];
  return pre ?? /<title>([^<]{1,300})<\/title>/i.exec(page)?.[1];
}

function messageIn(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return undefined;
  const members = value as Readonly<Record<string, unknown>>;
  for (const name of ['message', 'error_description', 'detail', 'error', 'title']) {
    const found = messageIn(members[name]);
    if (found !== undefined) return found;
  }
  return undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
