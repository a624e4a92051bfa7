const withoutValue = new Set(['-y', '--yes', '-q', '--quiet', '--silent']);

/** The packages that `npx` with these arguments needs; undefined if that cannot be determined. */
export function npxPackages(args: readonly string[]): string[] | undefined {
  const named: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const word = args[i] ?? '';
    if (withoutValue.has(word)) continue;
    if (word === '-p' || word === '--package') named.push(args[++i] ?? '');
    else if (word.startsWith('--package=')) named.push(word.slice('--package='.length));
    else if (word.startsWith('-') && word !== '--') return undefined;
    else {
      const program = word === '--' ? args[i + 1] : word;
      if (program === undefined) return undefined;
      return named.length > 0 ? named.filter((name) => name !== '') : [program];
    }
  }
  return undefined;
}
