import type { ClientImpact } from 'lmcp-gateway/src/api/registry.ts';

/** `1 tool`, `3 tools`, `1,204 lines`. */
export function count(amount: number, one: string, many = `${one}s`): string {
  return `${amount.toLocaleString('en')} ${amount === 1 ? one : many}`;
}

/** `3.1 %`; `0 %` of nothing. */
export function percentOf(part: number, whole: number): string {
  if (whole === 0 || part === 0) return '0 %';
  const percent = (part / whole) * 100;
  return percent < 0.1 ? 'under 0.1 %' : `${String(Number(percent.toPrecision(percent < 10 ? 2 : 3)))} %`;
}

/** `codex gains 3 tools, vscode loses 1` for the bar; what does not fit is counted. */
export function impactLine(impact: readonly ClientImpact[], most = 2): string {
  if (impact.length === 0) return 'no client’s access changes';
  const messages = impact.slice(0, most).map((one) => one.words);
  const rest = impact.length - messages.length;
  return rest > 0 ? `${messages.join(', ')}, ${count(rest, 'more client')}` : messages.join(', ');
}
