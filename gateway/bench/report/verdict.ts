/** Whether a figure is what is aimed at. */
export function verdict(figure: number, aim: number): string {
  return `; the aim is at most ${aim}: ${figure <= aim ? 'met' : 'missed'}`;
}
