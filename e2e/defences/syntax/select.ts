import ts from 'typescript';
import type { Anchor, NodeKind } from '../claim.ts';
import { descendants } from './parse.ts';

/** The nodes below `scope` that the anchor fits: none, one, or several. */
export function select(scope: ts.Node, { node: kind, name, mentions = [] }: Anchor): readonly ts.Node[] {
  const fitting = nodesOfKind(scope, kind).filter(
    (node) => (name === undefined || nameOf(node, kind) === name) && mentionsAll(headOf(node), mentions),
  );
  return fitting.filter((node) => !fitting.some((other) => other !== node && contains(headOf(node), other)));
}

/** Every node of a kind below `scope`. */
export function nodesOfKind(scope: ts.Node, kind: NodeKind): readonly ts.Node[] {
  return [scope, ...descendants(scope)].filter((node) => isOfKind(node, kind, scope));
}

function isOfKind(node: ts.Node, kind: NodeKind, scope: ts.Node): boolean {
  switch (kind) {
    case 'if':
      return ts.isIfStatement(node);
    case 'ternary':
      return ts.isConditionalExpression(node);
    case 'loop':
      return ts.isForOfStatement(node) || ts.isForStatement(node) || ts.isWhileStatement(node);
    case 'call':
      return ts.isCallExpression(node) || ts.isNewExpression(node);
    case 'argument':
      return (
        isCall(node.parent) &&
        (node.parent.arguments as readonly ts.Node[] | undefined)?.includes(node) === true
      );
    case 'await':
      return ts.isAwaitExpression(node);
    case 'return':
      return ts.isReturnStatement(node) || isConciseBody(node, scope);
    case 'statement':
      return ts.isExpressionStatement(node) || ts.isThrowStatement(node);
    case 'operand':
      return !ts.isParenthesizedExpression(node) && !isChain(node) && chainOf(node) !== undefined;
    case 'comparison':
      return ts.isBinaryExpression(node) && comparisons.has(node.operatorToken.kind);
    case 'property':
      return (
        ts.isPropertyAssignment(node) || ts.isShorthandPropertyAssignment(node) || ts.isSpreadAssignment(node)
      );
    case 'placeholder':
      return ts.isTemplateSpan(node.parent) && node.parent.expression === node;
    case 'element':
      return ts.isArrayLiteralExpression(node.parent) && ts.isExpression(node);
    case 'const':
      return initialised(node)?.initializer !== undefined;
  }
}

const comparisons: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.LessThanToken,
  ts.SyntaxKind.LessThanEqualsToken,
  ts.SyntaxKind.GreaterThanToken,
  ts.SyntaxKind.GreaterThanEqualsToken,
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
]);
const keywords: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.TrueKeyword,
  ts.SyntaxKind.FalseKeyword,
  ts.SyntaxKind.NullKeyword,
]);
const chains: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.QuestionQuestionToken,
]);

function isChain(node: ts.Node): node is ts.BinaryExpression {
  return ts.isBinaryExpression(node) && chains.has(node.operatorToken.kind);
}

/** The chain of `&&`, `||` or `??` that the node is an operand of. */
export function chainOf(node: ts.Node): ts.BinaryExpression | undefined {
  let inner = node;
  while (ts.isParenthesizedExpression(inner.parent)) inner = inner.parent;
  const { parent } = inner;
  return isChain(parent) && parent.operatorToken !== inner ? parent : undefined;
}

type Initialised = ts.VariableDeclaration | ts.PropertyDeclaration | ts.ParameterDeclaration;

export function initialised(node: ts.Node): Initialised | undefined {
  return ts.isVariableDeclaration(node) || ts.isPropertyDeclaration(node) || ts.isParameter(node)
    ? node
    : undefined;
}

function isCall(node: ts.Node): node is ts.CallExpression | ts.NewExpression {
  return ts.isCallExpression(node) || ts.isNewExpression(node);
}

/** `(x) => x + 1` returns its body; only where the declaration itself is that function. */
function isConciseBody(node: ts.Node, scope: ts.Node): boolean {
  const { parent } = node;
  if (!ts.isArrowFunction(parent) || parent.body !== node || ts.isBlock(node)) return false;
  return (
    initialised(scope)?.initializer === parent ||
    (ts.isPropertyAssignment(scope) && scope.initializer === parent)
  );
}

function nameOf(node: ts.Node, kind: NodeKind): string | undefined {
  if (kind === 'argument') return nameOf(node.parent, 'call');
  if (isCall(node)) return lastName(node.expression);
  if (ts.isPropertyAssignment(node) || ts.isShorthandPropertyAssignment(node)) return lastName(node.name);
  const { name } = initialised(node) ?? {};
  return name && lastName(name);
}

function lastName(node: ts.Node): string | undefined {
  if (ts.isPropertyAccessExpression(node)) return node.name.text;
  return isWord(node) ? node.text : undefined;
}

/** Where the mentions of a node are looked for. */
function headOf(node: ts.Node): ts.Node {
  if (ts.isIfStatement(node) || ts.isWhileStatement(node) || ts.isForOfStatement(node))
    return node.expression;
  return ts.isForStatement(node) ? (node.condition ?? node) : node;
}

function mentionsAll(head: ts.Node, mentions: readonly string[]): boolean {
  const words = new Set([head, ...descendants(head)].flatMap(wordsOf));
  return mentions.every((mention) => words.has(mention));
}

function wordsOf(node: ts.Node): readonly string[] {
  if (ts.isNumericLiteral(node)) return [node.getText()];
  if (isWord(node)) return [node.text];
  return keywords.has(node.kind) || comparisons.has(node.kind) ? [node.getText()] : [];
}

type Word = ts.Identifier | ts.PrivateIdentifier | ts.StringLiteral | ts.NumericLiteral;

function isWord(node: ts.Node): node is Word {
  return (
    ts.isIdentifier(node) ||
    ts.isPrivateIdentifier(node) ||
    ts.isStringLiteral(node) ||
    ts.isNumericLiteral(node)
  );
}

function contains(outer: ts.Node, inner: ts.Node): boolean {
  return outer.pos <= inner.pos && inner.end <= outer.end;
}
