import { stripTypeScriptTypes } from 'node:module';
import ts from 'typescript';

export function parseSource(file: string, text: string): ts.SourceFile {
  return ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
}

/** What is wrong with the text as TypeScript, JavaScript or JSON; undefined: nothing. */
export function syntaxError(file: string, text: string): string | undefined {
  try {
    if (file.endsWith('.json')) JSON.parse(text);
    else stripTypeScriptTypes(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Every node below `root`, parents first. */
export function* descendants(root: ts.Node): Generator<ts.Node> {
  const children: ts.Node[] = [];
  ts.forEachChild(root, (child) => void children.push(child));
  for (const child of children) {
    yield child;
    yield* descendants(child);
  }
}

/** The node's text on one line, shortened for messages. */
export function excerpt(node: ts.Node): string {
  const text = node.getText().replaceAll(/\s+/g, ' ');
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
