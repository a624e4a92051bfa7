import {
  autocompletion,
  completionKeymap,
  type CompletionContext,
  type CompletionResult,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import {
  bracketMatching,
  HighlightStyle,
  indentService,
  syntaxHighlighting,
  type IndentContext,
} from '@codemirror/language';
import { lintGutter, lintKeymap, setDiagnostics, type Diagnostic } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import type { RegistryProblem } from 'lmcp-gateway/src/api/schema/problem.ts';
import { visibleText } from '#lib/domain/text/hostileText.ts';
import { schemaOptions, type Schema } from '#lib/domain/yaml/schemaOptions.ts';
import { yamlPlace } from '#lib/domain/yaml/yamlPlace.ts';

export interface EditorParts {
  /** The editor's styles need a shadow root: the content security policy allows no style element. */
  readonly root: ShadowRoot;
  readonly text: string;
  readonly schema: Schema | null;
  /** Ids that `allow_servers` may hold. */
  readonly serverIds: () => readonly string[];
  readonly label: string;
  readonly readOnly: boolean;
  readonly onChange: (text: string) => void;
}

export interface OpenEditor {
  /** Replaces the text, unless it is that one already. */
  setText(text: string): void;
  showProblems(problems: readonly RegistryProblem[]): void;
  /** Moves the cursor to the beginning of a line, from 1, and the focus into the editor. */
  goTo(line: number): void;
  close(): void;
}

/** Opens a YAML editor with completion from a JSON Schema. Loaded when it is needed: it is larger than the rest of the interface. */
export function openEditor(parts: EditorParts): OpenEditor {
  const view = new EditorView({
    root: parts.root,
    parent: parts.root,
    state: EditorState.create({ doc: parts.text, extensions: extensionsOf(parts) }),
  });
  return {
    setText: (text) => {
      const { state } = view;
      if (state.doc.toString() !== text)
        view.dispatch({ changes: { from: 0, to: state.doc.length, insert: text } });
    },
    showProblems: (problems) => view.dispatch(setDiagnostics(view.state, diagnosticsOf(view, problems))),
    goTo: (line) => {
      const { from } = view.state.doc.line(Math.min(Math.max(1, line), view.state.doc.lines));
      view.dispatch({
        selection: { anchor: from },
        effects: EditorView.scrollIntoView(from, { y: 'center' }),
      });
      view.focus();
    },
    close: () => view.destroy(),
  };
}

function extensionsOf({ schema, serverIds, label, readOnly, onChange }: EditorParts) {
  return [
    lineNumbers(),
    history(),
    drawSelection(),
    indentService.of(indentAfter),
    bracketMatching(),
    highlightActiveLine(),
    lintGutter(),
    yaml(),
    syntaxHighlighting(colours),
    autocompletion({ override: [(context) => complete(context, schema, serverIds)] }),
    // Tab leaves the editor, as it leaves every other control.
    keymap.of([...completionKeymap, ...defaultKeymap, ...historyKeymap, ...lintKeymap]),
    EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false', tabindex: '0' }),
    EditorState.readOnly.of(readOnly),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) onChange(update.state.doc.toString());
    }),
    theme,
  ];
}

/** A new line begins where the one before it did, and deeper below a key without a value. */
function indentAfter({ state, simulatedBreak }: IndentContext, position: number): number {
  const line = state.doc.lineAt(Math.max(0, simulatedBreak === null ? position - 1 : position));
  const text = line.text.slice(0, position - line.from);
  const indent = text.length - text.trimStart().length;
  return /:\s*(?:#.*)?$/.test(text) ? indent + 2 : indent;
}

function complete(
  context: CompletionContext,
  schema: Schema | null,
  serverIds: () => readonly string[],
): CompletionResult | null {
  const place = yamlPlace(context.state.doc.toString(), context.pos);
  if (place === null || (place.typed === '' && place.kind === 'key' && !context.explicit)) return null;
  const isGrant = /^clients\..+\.allow_servers\.\[\]$/.test(place.path.join('.'));
  const options = [
    ...(isGrant ? serverIds().map((label) => ({ label, detail: 'server', info: '' })) : []),
    ...(schema === null ? [] : schemaOptions(schema, place)),
  ];
  if (options.length === 0) return null;
  const isKey = place.kind === 'key' && !isGrant;
  return {
    from: place.from,
    options: options.map((option) => ({
      label: option.label,
      detail: option.detail,
      ...(option.info !== '' && { info: option.info }),
      ...(isKey && { apply: `${option.label}: ` }),
      type: isKey ? 'property' : 'enum',
    })),
    validFor: /^[\w.-]*$/,
  };
}

function diagnosticsOf(view: EditorView, problems: readonly RegistryProblem[]): Diagnostic[] {
  const { doc } = view.state;
  return problems.flatMap(({ line, path, message, fix }): Diagnostic[] => {
    if (line === null) return [];
    const { from, to, text } = doc.line(Math.min(Math.max(1, line), doc.lines));
    const indent = text.length - text.trimStart().length;
    const place = path === '' ? '' : `${path}: `;
    return [
      {
        from: Math.min(from + indent, to),
        to,
        severity: 'error',
        message: visibleText(`${place}${message}. ${fix}`),
      },
    ];
  });
}

const colours = HighlightStyle.define([
  { tag: tags.definition(tags.propertyName), color: 'var(--accent)' },
  { tag: tags.propertyName, color: 'var(--accent)' },
  { tag: tags.comment, color: 'var(--muted)', fontStyle: 'italic' },
  { tag: tags.keyword, color: 'var(--decide)' },
]);

const theme = EditorView.theme({
  '&': { height: '100%', color: 'var(--text)', backgroundColor: 'var(--surface)', fontSize: '0.8125rem' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.5' },
  '.cm-content': { caretColor: 'var(--text)', minHeight: '320px' },
  '&.cm-focused': { outline: '2px solid var(--accent)', outlineOffset: '-2px' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '.cm-gutters': {
    backgroundColor: 'var(--sunken)',
    color: 'var(--muted)',
    borderRight: '1px solid var(--line)',
  },
  '.cm-activeLine, .cm-activeLineGutter': {
    backgroundColor: 'color-mix(in srgb, var(--hover) 60%, transparent)',
  },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'color-mix(in srgb, var(--accent) 28%, transparent)',
  },
  '.cm-tooltip': {
    backgroundColor: 'var(--raised)',
    color: 'var(--text)',
    border: '1px solid var(--line-strong)',
  },
  '.cm-tooltip-autocomplete ul li[aria-selected]': {
    backgroundColor: 'var(--accent)',
    color: 'var(--on-accent)',
  },
  '.cm-completionDetail': { color: 'inherit', fontStyle: 'normal', opacity: '1' },
  '.cm-completionInfo': { maxWidth: '320px' },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--broken)' },
});
