import { describe, expect, it } from 'vitest';
import { oneLine } from './printer.ts';
import { styleOf } from './style.ts';
import { table } from './table.ts';
import { scriptedTerminal, shownOnTerminal } from '../testing/scriptedTerminal.ts';

describe('table', () => {
  it('aligns columns and leaves no space at the end', () => {
    const style = styleOf(scriptedTerminal(), 'stdout');
    expect(
      table(
        [
          ['ID', 'STATE'],
          ['ollama-mcp', 'ready'],
          ['x', ''],
        ],
        style,
      ),
    ).toBe('  ID          STATE\n  ollama-mcp  ready\n  x\n');
  });
});

describe('cells of foreign text', () => {
  it('are as wide as what a terminal shows of them', () => {
    const rows = [
      [oneLine('a\u001b\n'), 'x'],
      ['b', 'y'],
    ];
    const text = table(rows, styleOf(scriptedTerminal(), 'stdout'), '');
    expect(shownOnTerminal(text)).toBe(`a\\u001b\\u000a  x\nb${' '.repeat(14)}y\n`);
  });
});

describe('styleOf', () => {
  it('paints on a terminal only, and never with NO_COLOR', () => {
    const painted = (env: Record<string, string>, stdoutIsTerminal: boolean) => {
      const terminal = scriptedTerminal({ env, stdoutIsTerminal });
      terminal.out(styleOf(terminal, 'stdout').bold('x'));
      return terminal.written.out;
    };
    expect(painted({}, true)).toBe('\u001b[1mx\u001b[22m');
    expect(painted({}, false)).toBe('x');
    expect(painted({ NO_COLOR: '1' }, true)).toBe('x');
    expect(painted({ NO_COLOR: '' }, true)).toBe('\u001b[1mx\u001b[22m');
  });
});
