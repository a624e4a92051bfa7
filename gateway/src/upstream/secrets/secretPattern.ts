/**
 * Finds a secret in each form in which programs repeat it: as it is; with any of its characters percent-encoded, escaped as in
 * JSON or in HTML; in Base64 of either alphabet, also amid other text that was encoded with it.
 */
export function secretPattern(value: string): string {
  const text = value.toWellFormed();
  return [Array.from(text, anyFormOf).join(''), ...inBase64(Buffer.from(text))].join('|');
}

const htmlNames: Readonly<Record<string, string>> = {
  '&': 'amp',
  '<': 'lt',
  '>': 'gt',
  '"': 'quot',
  "'": 'apos',
};

const jsonEscapes: Readonly<Record<string, string>> = {
  '\n': 'n',
  '\r': 'r',
  '\t': 't',
  '\b': 'b',
  '\f': 'f',
  '/': '/',
  '"': '"',
  '\\': '\\',
};

function anyFormOf(character: string): string {
  const bytes = [...Buffer.from(character)].map((byte) => `%${anyCase(byte.toString(16).padStart(2, '0'))}`);
  const units = Array.from(
    { length: character.length },
    (_, at) => `\\\\+u${anyCase(character.charCodeAt(at).toString(16).padStart(4, '0'))}`,
  );
  // The character itself is the last: % and \ begin others.
  const forms = [bytes.join(''), units.join('')];
  // More than one backslash where JSON is within JSON.
  const escape = jsonEscapes[character];
  if (escape !== undefined) forms.unshift(character === '\\' ? '\\\\+' : `\\\\+${literal(escape)}`);
  if (character === ' ') forms.push('\\+');
  const name = htmlNames[character];
  if (name !== undefined) {
    const point = character.codePointAt(0) ?? 0;
    forms.unshift(`&${name};`, `&#0*${point};`, `&#[xX]0*${anyCase(point.toString(16))};`);
  }
  return `(?:${[...forms, literal(character)].join('|')})`;
}

/** In Base64 fewer bytes make a text so short that it occurs by chance. */
const minEmbeddedBytes = 8;

/**
 * The part that is the same whatever is before and behind the secret: for each of the three places that its first byte can
 * have in a group (RFC 4648, section 4). What follows goes as well: it holds the last bits.
 */
function inBase64(bytes: Buffer): string[] {
  if (bytes.length < minEmbeddedBytes) return [`${base64Literal(unpadded(bytes))}={0,2}`];
  const parts = [0, 1, 2].map((before) => {
    const encoded = unpadded(Buffer.concat([Buffer.alloc(before), bytes]));
    const end = (before + bytes.length) % 3 === 0 ? encoded.length : encoded.length - 1;
    return base64Literal(encoded.slice(Math.ceil((before * 8) / 6), end));
  });
  return [`(?:${parts.join('|')})[A-Za-z0-9+/_-]*={0,2}`];
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}

function base64Literal(text: string): string {
  return text.replaceAll('+', '[+-]').replaceAll('/', '[/_]');
}

function anyCase(hex: string): string {
  return hex.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
