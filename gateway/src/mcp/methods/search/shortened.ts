/** A text of limited length, for a model: what is cut off is marked. */
export function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 2).toWellFormed()} …`;
}
