import ts from 'typescript';

/**
 * The declarations of a file by qualified name: functions, classes with their members, module constants, and functions
 * held by a variable or an object literal; in JSON every object. One name can be declared more than once (a getter and its setter).
 */
export function declarationsOf(source: ts.SourceFile): ReadonlyMap<string, readonly ts.Node[]> {
  const found = new Map<string, ts.Node[]>();
  const visit = (node: ts.Node, path: readonly string[]): void => {
    const name = nameOf(node);
    const inner = name === undefined ? path : [...path, name];
    if (name !== undefined) {
      const qualified = inner.join('.');
      found.set(qualified, [...(found.get(qualified) ?? []), node]);
    }
    ts.forEachChild(node, (child) => visit(child, inner));
  };
  visit(source, []);
  return found;
}

function nameOf(node: ts.Node): string | undefined {
  if (ts.isFunctionDeclaration(node)) return node.body && node.name?.text;
  if (ts.isClassDeclaration(node)) return node.name?.text;
  if (ts.isConstructorDeclaration(node)) return node.body && 'constructor';
  if (ts.isMethodDeclaration(node) || ts.isAccessor(node)) return node.body && memberName(node.name);
  if (ts.isPropertyDeclaration(node)) return memberName(node.name);
  if (ts.isPropertyAssignment(node)) {
    const isSection =
      ts.isObjectLiteralExpression(node.initializer) && node.getSourceFile().fileName.endsWith('.json');
    return isSection || isFunction(node.initializer) ? memberName(node.name) : undefined;
  }
  if (!ts.isVariableDeclaration(node) || !ts.isIdentifier(node.name)) return undefined;
  return isFunction(node.initializer) || isOfModule(node) ? node.name.text : undefined;
}

function memberName(name: ts.PropertyName): string | undefined {
  return ts.isComputedPropertyName(name) ? undefined : name.text;
}

function isFunction(node: ts.Node | undefined): boolean {
  return node !== undefined && (ts.isArrowFunction(node) || ts.isFunctionExpression(node));
}

function isOfModule(variable: ts.VariableDeclaration): boolean {
  return ts.isVariableStatement(variable.parent.parent) && ts.isSourceFile(variable.parent.parent.parent);
}
