// A transform of the AssemblyScript compiler, for assembly/apps/: texts become numbers in the code. A string of
// AssemblyScript lies in memory as UTF-16 behind a header; as numbers in the code a text costs flash and no RAM.
//
//   text("...")     writes a text: one call after another, each with eight octets
//   is(x, "...")    any other call of a function: the string stands for as many arguments, each of eight octets
//
// An argument is a u64: the first octet in the lowest place, zeros behind the last. Only printable ASCII, CR, LF and
// HTAB are taken, which no zero can be mistaken for.

import { CallExpression, IdentifierExpression, Node, StringLiteralExpression } from 'assemblyscript';

const APPS = /(^|\/)assembly\/apps\//;
const WRITER = 'text';
/** Builtins whose strings are for the compiler. */
const BUILTINS = new Set(['ERROR', 'isDefined', 'offsetof']);
const OCTETS = /^[\t\n\r -~]*$/;
const WORD = 8;

export default class OctetsTransform {
  /** @param {import('assemblyscript').Parser} parser */
  afterParse(parser) {
    for (const source of parser.sources) {
      if (APPS.test(`${source.normalizedPath}`)) replaceWithin(source);
    }
  }
}

/**
 * Visits a node and all below it, the innermost first. A node's children are its properties and their elements; its
 * range leads back to the source and is not one.
 *
 * @param {any} node
 */
function replaceWithin(node) {
  for (const [key, value] of Object.entries(node)) {
    if (value instanceof Node) node[key] = replaced(value);
    else if (Array.isArray(value)) value.forEach((item, i) => item instanceof Node && (value[i] = replaced(item)));
  }
}

/**
 * @param {Node} node
 * @returns {Node}
 */
function replaced(node) {
  replaceWithin(node);
  if (!(node instanceof CallExpression) || !node.args.some(isString)) return node;
  const name = node.expression instanceof IdentifierExpression ? node.expression.text : '';
  if (BUILTINS.has(name)) return node;
  if (name !== WRITER) {
    node.args = node.args.flatMap((argument) => (isString(argument) ? words(argument) : [argument]));
    return node;
  }
  const calls = node.args
    .filter(isString)
    .flatMap(words)
    .map((word) => Node.createCallExpression(node.expression, null, [word], node.range));
  return Node.createCommaExpression(calls, node.range);
}

/**
 * @param {unknown} node
 * @returns {node is StringLiteralExpression}
 */
const isString = (node) => node instanceof StringLiteralExpression;

/**
 * @param {StringLiteralExpression} literal
 * @returns {import('assemblyscript').Expression[]}
 */
function words(literal) {
  const { value, range } = literal;
  const file = range.source.normalizedPath;
  if (!OCTETS.test(value)) throw new Error(`${file}: ${JSON.stringify(value)} is not plain ASCII.`);
  const octets = Buffer.alloc(Math.max(WORD, Math.ceil(value.length / WORD) * WORD), 0);
  octets.write(value, 'latin1');
  return Array.from({ length: octets.length / WORD }, (_, i) =>
    Node.createIntegerLiteralExpression(i64_new(octets.readInt32LE(i * WORD), octets.readInt32LE(i * WORD + 4)), range),
  );
}
