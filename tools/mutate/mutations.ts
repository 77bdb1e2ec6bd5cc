// The small mistakes that one could make in a file: each a stretch of its text and what stands there instead.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

export interface Mutation {
  file: string;
  line: number;
  kind: string;
  start: number;
  end: number;
  replacement: string;
  /** The stretch as it stands, and the line in which it begins, up to it and in whole. */
  original: string;
  place: string;
}

const COMPARISONS: Record<string, string[]> = {
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '==': ['!='],
  '!=': ['=='],
};
const OPERATORS: Record<string, string[]> = {
  '+': ['-'],
  '-': ['+'],
  '*': ['+'],
  '<<': ['>>'],
  '>>': ['<<'],
  '&': ['|'],
  '|': ['&'],
  '&&': ['||'],
  '||': ['&&'],
  '+=': ['-=', '='],
  '-=': ['+=', '='],
  '|=': ['=', '&='],
  '&=': ['=', '|='],
};
const CALLS: Record<string, string> = {
  before: 'atOrBefore',
  atOrBefore: 'before',
  after: 'atOrAfter',
  atOrAfter: 'after',
  earlier: 'later',
  later: 'earlier',
  min: 'max',
  max: 'min',
};
/** Names from lists whose members can stand for one another and still compile. */
const LISTS = /^(State|Flag|Event|Fault|Cause|Drop|Owes|Timer|TimerKind|Present|Counter|Table)$/;

/** Every mutation of a file that can be thought of here, in the order of the text. */
export function mutationsOf(root: string, file: string): Mutation[] {
  const text = readFileSync(path.join(root, file), 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
  const names = listMembers(source);
  const found: Mutation[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || isCompileTimeCheck(node) || isAssertion(node)) return;
    for (const { at, kind, replacement } of mutationsAt(node, names)) {
      const start = at.getStart(source);
      const line = source.getLineAndCharacterOfPosition(start).line + 1;
      const place = placeOf(text, start);
      found.push({ file, line, kind, start, end: at.end, replacement, original: text.slice(start, at.end), place });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function placeOf(text: string, start: number): string {
  const from = text.lastIndexOf('\n', start - 1) + 1;
  const to = text.indexOf('\n', start);
  return `${text.slice(from, start).trim()}\n${text.slice(from, to).trim()}`;
}

/** The file's text with the mutation in it. */
export function apply(root: string, { file, start, end, replacement }: Mutation): string {
  const text = readFileSync(path.join(root, file), 'utf8');
  return text.slice(0, start) + replacement + text.slice(end);
}

interface Change {
  at: ts.Node;
  kind: string;
  replacement: string;
}

function mutationsAt(node: ts.Node, names: ReadonlyMap<string, string[]>): Change[] {
  if (ts.isBinaryExpression(node)) return ofBinary(node);
  if (ts.isIfStatement(node))
    return [{ at: node.expression, kind: 'condition negated', replacement: `!(${node.expression.getText()})` }];
  if (ts.isConditionalExpression(node)) return ofConditional(node);
  if (ts.isNumericLiteral(node))
    return [{ at: node, kind: 'constant changed', replacement: otherNumber(node.text, node.getText()) }];
  if (node.kind === ts.SyntaxKind.TrueKeyword) return [{ at: node, kind: 'constant changed', replacement: 'false' }];
  if (node.kind === ts.SyntaxKind.FalseKeyword) return [{ at: node, kind: 'constant changed', replacement: 'true' }];
  if (ts.isCallExpression(node)) return ofCall(node);
  if (ts.isPropertyAccessExpression(node)) return ofName(node, names);
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) {
    return [{ at: node, kind: 'condition negated', replacement: `(${node.operand.getText()})` }];
  }
  if (isDroppable(node)) return [{ at: node, kind: 'line dropped', replacement: ';' }];
  return [];
}

function ofBinary(node: ts.BinaryExpression): Change[] {
  const { operatorToken: operator, left, right } = node;
  const sign = operator.getText();
  const changes: Change[] = (COMPARISONS[sign] ?? []).map((replacement) => ({
    at: operator,
    kind: 'comparison changed',
    replacement,
  }));
  changes.push(
    ...(OPERATORS[sign] ?? []).map((replacement) => ({ at: operator, kind: 'operator changed', replacement })),
  );
  if (sign !== '-') return changes;
  return [...changes, { at: node, kind: 'operands swapped', replacement: `${right.getText()} - ${left.getText()}` }];
}

function ofConditional({ condition, whenTrue, whenFalse }: ts.ConditionalExpression): Change[] {
  return [
    { at: condition, kind: 'condition negated', replacement: `!(${condition.getText()})` },
    { at: whenTrue, kind: 'branch changed', replacement: whenFalse.getText() },
    { at: whenFalse, kind: 'branch changed', replacement: whenTrue.getText() },
  ];
}

function ofCall(node: ts.CallExpression): Change[] {
  const other = CALLS[node.expression.getText()];
  if (other === undefined) return [];
  const [a, b] = node.arguments.map((argument) => argument.getText());
  const changes: Change[] = [{ at: node.expression, kind: 'comparison changed', replacement: other }];
  if (!/^(earlier|later|min|max)$/.test(node.expression.getText()) && a !== undefined && b !== undefined) {
    changes.push({ at: node, kind: 'operands swapped', replacement: `${node.expression.getText()}(${b}, ${a})` });
  }
  return changes;
}

/** State.FIN_WAIT_1 becomes the next name of the same list that this file uses. */
function ofName(node: ts.PropertyAccessExpression, names: ReadonlyMap<string, string[]>): Change[] {
  const list = node.expression.getText();
  const members = names.get(list) ?? [];
  const other = members[(members.indexOf(node.name.text) + 1) % members.length];
  if (other === undefined || other === node.name.text) return [];
  return [{ at: node.name, kind: 'constant changed', replacement: other }];
}

/** What a file says of the lists, by list: State -> [CLOSED, ESTABLISHED, ...]. */
function listMembers(source: ts.SourceFile): Map<string, string[]> {
  const members = new Map<string, Set<string>>();
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node) && LISTS.test(node.expression.getText())) {
      const list = node.expression.getText();
      members.set(list, (members.get(list) ?? new Set()).add(node.name.text));
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return new Map([...members].map(([list, set]) => [list, [...set]]));
}

/** A statement that can be left out and something still compiles. */
function isDroppable(node: ts.Node): boolean {
  if (ts.isExpressionStatement(node)) return true;
  if (ts.isReturnStatement(node)) return node.expression === undefined;
  return ts.isBreakStatement(node) || ts.isContinueStatement(node);
}

/** `if (...) ERROR("...")` at module level never reaches the module. */
function isCompileTimeCheck(node: ts.Node): boolean {
  return ts.isIfStatement(node) && ts.isSourceFile(node.parent);
}

/** `if (...) unreachable()` and `unreachable()` hold in every run: no test can tell that one of them is gone. */
function isAssertion(node: ts.Node): boolean {
  const statement = ts.isIfStatement(node) && node.elseStatement === undefined ? node.thenStatement : node;
  return ts.isExpressionStatement(statement) && statement.getText().startsWith('unreachable()');
}

function otherNumber(value: string, written: string): string {
  const number = Number(value);
  if (number === 0) return '1';
  if (number === 1) return '0';
  return /^0x/i.test(written) ? `0x${(number ^ 1).toString(16)}` : String(number + 1);
}
