import ts from 'typescript';
import type { Operator, ReplacementValue } from '../claim.ts';
import { chainOf, initialised } from './select.ts';

/** A piece of the source and what takes its place. */
interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/**
 * The source's text with the node mutated.
 * @throws Error where the operator does not apply to such a node
 */
export function mutate(source: ts.SourceFile, node: ts.Node, operator: Operator): string {
  const edit = editOf(node, operator);
  if (edit === undefined) {
    const name = typeof operator === 'string' ? operator : 'replace';
    throw new Error(`${name} does not apply to ${ts.SyntaxKind[node.kind]}: ${node.getText().slice(0, 100)}`);
  }
  return source.text.slice(0, edit.from) + edit.text + source.text.slice(edit.to);
}

function editOf(node: ts.Node, operator: Operator): Edit | undefined {
  if (typeof operator === 'object') return withValue(node, literal(operator.replace));
  switch (operator) {
    case 'drop-statement':
      return replaced(statementOf(node), ';');
    case 'drop-await':
      return ts.isAwaitExpression(node) ? replaced(node, node.expression.getText()) : undefined;
    case 'drop-operand':
      return replaced(node, neutralFor(node));
    case 'drop-element':
      return withoutElement(node);
    case 'condition-true':
      return replaced(conditionOf(node), 'true');
    case 'condition-false':
      return replaced(conditionOf(node), 'false');
    case 'negate':
      return replaced(conditionOf(node), `!(${conditionOf(node)?.getText()})`);
    case 'no-op':
      return withValue(node, '() => undefined');
    case 'call-to-argument':
      return replaced(node, callOf(node)?.arguments[0]?.getText());
    case 'call-to-equality':
      return replaced(node, equalityOf(node));
    case 'call-to-receiver':
      return replaced(node, receiverOf(node)?.getText());
  }
}

function withValue(node: ts.Node, value: string): Edit | undefined {
  if (ts.isShorthandPropertyAssignment(node)) return replaced(node, `${node.name.text}: ${value}`);
  return replaced(valueOf(node), value);
}

function replaced(node: ts.Node | undefined, text: string | undefined): Edit | undefined {
  return node && text !== undefined ? { from: node.getStart(), to: node.end, text } : undefined;
}

/** The statement that the node is, or the expression statement that it makes up. */
function statementOf(node: ts.Node): ts.Node | undefined {
  const isWhole = ts.isIfStatement(node) || ts.isReturnStatement(node) || ts.isThrowStatement(node);
  if (isWhole || ts.isExpressionStatement(node) || ts.isForOfStatement(node)) return node;
  const inside = ts.isAwaitExpression(node.parent) || ts.isVoidExpression(node.parent) ? node.parent : node;
  return ts.isExpressionStatement(inside.parent) ? inside.parent : undefined;
}

/** What a chain has in the place of an operand that doesn't matter. */
function neutralFor(node: ts.Node): string | undefined {
  switch (chainOf(node)?.operatorToken.kind) {
    case ts.SyntaxKind.AmpersandAmpersandToken:
      return 'true';
    case ts.SyntaxKind.BarBarToken:
      return 'false';
    case ts.SyntaxKind.QuestionQuestionToken:
      return 'undefined';
    default:
      return undefined;
  }
}

function withoutElement(node: ts.Node): Edit | undefined {
  const siblings = siblingsOf(node);
  const at = siblings.indexOf(node);
  if (at === -1) return undefined;
  const next = siblings[at + 1];
  const before = siblings[at - 1];
  if (next !== undefined) return { from: node.getStart(), to: next.getStart(), text: '' };
  return { from: before?.end ?? node.getStart(), to: node.end, text: '' };
}

function siblingsOf({ parent }: ts.Node): readonly ts.Node[] {
  if (ts.isArrayLiteralExpression(parent)) return parent.elements;
  if (ts.isObjectLiteralExpression(parent)) return parent.properties;
  return ts.isCallExpression(parent) ? parent.arguments : [];
}

function conditionOf(node: ts.Node): ts.Expression | undefined {
  if (ts.isIfStatement(node) || ts.isWhileStatement(node)) return node.expression;
  if (ts.isConditionalExpression(node) || ts.isForStatement(node)) return node.condition;
  const value = valueOf(node);
  return value && ts.isExpression(value) ? value : undefined;
}

/** The expression that stands for the node's value. */
function valueOf(node: ts.Node): ts.Node | undefined {
  if (ts.isReturnStatement(node) || ts.isForOfStatement(node)) return node.expression;
  if (ts.isPropertyAssignment(node)) return node.initializer;
  const declaration = initialised(node);
  if (declaration !== undefined) return declaration.initializer;
  return ts.isExpression(node) ? node : undefined;
}

function callOf(node: ts.Node): ts.CallExpression | undefined {
  const call = ts.isAwaitExpression(node) ? node.expression : node;
  return ts.isCallExpression(call) ? call : undefined;
}

function equalityOf(node: ts.Node): string | undefined {
  const [a, b] = callOf(node)?.arguments ?? [];
  return a && b && `(String(${a.getText()}) === String(${b.getText()}))`;
}

function receiverOf(node: ts.Node): ts.Expression | undefined {
  const callee = callOf(node)?.expression;
  return callee && ts.isPropertyAccessExpression(callee) ? callee.expression : undefined;
}

function literal(value: ReplacementValue): string {
  return typeof value === 'object' || typeof value === 'string' ? JSON.stringify(value) : String(value);
}
