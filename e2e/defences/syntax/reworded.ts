import ts from 'typescript';
import { parseSource } from './parse.ts';

/**
 * The same program as somebody else would have written it down: other layout, no comments, declarations in another order,
 * and other wording in every message.
 * @param kept literals that are part of what the program does
 */
export function reworded(source: ts.SourceFile, kept: readonly string[]): ts.SourceFile {
  const { factory } = ts;
  const isMessage = (text: string): boolean => /\s/.test(text) && !kept.includes(text);
  const reword = (context: ts.TransformationContext) => (file: ts.SourceFile) => {
    const visit = (node: ts.Node): ts.Node => {
      if (ts.isStringLiteral(node) && isMessage(node.text)) return factory.createStringLiteral('other words');
      if (ts.isTemplateHead(node) && isMessage(node.text)) return factory.createTemplateHead('other words ');
      return ts.visitEachChild(node, visit, context);
    };
    return ts.visitEachChild(file, visit, context);
  };
  const [changed = source] = ts.transform(source, [reword]).transformed;
  const reordered = factory.updateSourceFile(changed, changed.statements.toReversed());
  return parseSource(source.fileName, ts.createPrinter({ removeComments: true }).printFile(reordered));
}
