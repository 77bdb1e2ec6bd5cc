import { extensions, type Feature, features, type Requirement } from './ledger.js';

const LEVELS: readonly (readonly [prefix: string, title: string])[] = [
  ['MUST', 'MUST and MUST NOT'],
  ['SHLD', 'SHOULD and SHOULD NOT'],
  ['MAY', 'MAY'],
  ['REC', 'RECOMMENDED'],
  ['UN', 'Rules without a number'],
];

/** docs/conformance.md: what RFC 9293 asks, and where it is shown. */
export function conformance(rows: readonly Requirement[]): string {
  const parts = [
    '# Conformance',
    '',
    'Made by `npm run requirements -- --write` from tests/requirements; a test keeps it true. Each rule of RFC 9293 has tests',
    'that name it, or the reason why it has none. Scripts are read as docs/scripts.md says.',
    '',
    summary(rows),
    '',
    ...LEVELS.flatMap(([prefix, title]) => section(rows, prefix, title)),
    ...table('Beyond RFC 9293', extensions()),
    ...table('What a TCP of this kind may have', features()),
  ];
  return parts.join('\n');
}

function table(title: string, rows: readonly Feature[]): string[] {
  return [
    `## ${title}`,
    '',
    '| | shown by |',
    '| --- | --- |',
    ...rows.map(({ feature, tests }) => `| ${feature} | ${tests.map(link).join(', ')} |`),
    '',
  ];
}

export function summary(rows: readonly Requirement[]): string {
  const counts = LEVELS.map(([prefix, title]) => {
    const of = rows.filter(({ id }) => id.startsWith(`${prefix}-`));
    const tested = of.filter(({ tests }) => tests.length > 0).length;
    return `${title}: ${tested} of ${of.length} by tests, ${of.length - tested} by a reason`;
  });
  return `${counts.join('. ')}.`;
}

function section(rows: readonly Requirement[], prefix: string, title: string): string[] {
  const of = rows.filter(({ id }) => id.startsWith(`${prefix}-`));
  return [
    `## ${title}`,
    '',
    '| | section | rule | shown by |',
    '| --- | --- | --- | --- |',
    ...of.map((row) => `| ${row.id} | ${row.section} | ${escape(row.text)} | ${shown(row)} |`),
    '',
  ];
}

/** Many scripts of the matrix may show one rule: three stand for them. */
const LINKS_MAX = 3;

function shown({ tests, reason, doesNotApply }: Requirement): string {
  if (tests.length === 0) return `${doesNotApply ? 'Does not apply: ' : ''}${reason ?? ''}`;
  const more = tests.length > LINKS_MAX ? ` and ${tests.length - LINKS_MAX} more` : '';
  return `${tests.slice(0, LINKS_MAX).map(link).join(', ')}${more}${reason === undefined ? '' : `. ${reason}`}`;
}

function link(test: string): string {
  return `[${test.replace(/^scripts\//, '')}](../tests/${test})`;
}

const escape = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
