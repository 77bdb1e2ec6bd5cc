// The sources as text and as syntax: which files there are, what they import, how long their functions are.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

export const ROOT = path.dirname(path.dirname(import.meta.dirname));

/** Files below a directory of the project, with forward slashes, sorted. */
export function filesBelow(directory: string, extension = '.ts'): string[] {
  if (!existsSync(path.join(ROOT, directory))) return [];
  return readdirSync(path.join(ROOT, directory), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(extension))
    .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .sort();
}

/** The compiler's parser also reads AssemblyScript: it minds decorators on functions only when it checks. */
export function parse(file: string): ts.SourceFile {
  return ts.createSourceFile(file, readFileSync(path.join(ROOT, file), 'utf8'), ts.ScriptTarget.ES2022, true);
}

/** The project's files that a file of assembly/ imports or passes on. */
export function importsOf(file: string): string[] {
  const specifiers = parse(file).statements.flatMap((statement) => {
    const isOne = ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement);
    return isOne && statement.moduleSpecifier && ts.isStringLiteral(statement.moduleSpecifier)
      ? [statement.moduleSpecifier.text]
      : [];
  });
  return specifiers.map((specifier) => resolveImport(file, specifier));
}

function resolveImport(file: string, specifier: string): string {
  const target = path.posix.join(path.posix.dirname(file), specifier);
  const found = [`${target}.ts`, `${target}/index.ts`].find((candidate) => existsSync(path.join(ROOT, candidate)));
  if (found === undefined) throw new Error(`${file} imports ${specifier}, which does not exist.`);
  return found;
}

/** Module-level variables that are not const: each would be a WebAssembly global. */
export function moduleVariables(file: string): string[] {
  return parse(file).statements.flatMap((statement) => {
    if (!ts.isVariableStatement(statement) || statement.declarationList.flags & ts.NodeFlags.Const) return [];
    return statement.declarationList.declarations.map((declaration) => `${file}: ${declaration.name.getText()}`);
  });
}

export interface FunctionLength {
  file: string;
  name: string;
  lines: number;
}

/** Every function with a name, and the lines from its head to its closing brace. */
export function functionsOf(file: string): FunctionLength[] {
  const source = parse(file);
  const found: FunctionLength[] = [];
  const lineOf = (position: number) => source.getLineAndCharacterOfPosition(position).line;
  const visit = (node: ts.Node): void => {
    if ((ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node)) && node.body && node.name) {
      found.push({ file, name: node.name.getText(), lines: lineOf(node.end) - lineOf(node.getStart()) + 1 });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

export function linesOf(file: string): number {
  return readFileSync(path.join(ROOT, file), 'utf8').split('\n').length - 1;
}
