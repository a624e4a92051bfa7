/** A text without the byte order mark that some editors put in front of UTF-8. */
export function withoutMark(text: string): string {
  return text.replace(/^\ufeff/, '');
}
