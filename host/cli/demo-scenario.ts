// A scenario in the terminal: what the page shows, as the ladder that every other command prints. Virtual time, no waiting.
import { loadModule } from '../modules.js';
import { SCENARIOS, scenarioByName } from '../scenarios/catalog.js';
import { phraseInChinese } from '../scenarios/causes.js';
import { momentsOf } from '../scenarios/events.js';
import type { Language, Scenario } from '../scenarios/scenario.js';
import { ADDRESSES, World } from '../scenarios/world.js';
import { toJson } from '../trace/json.js';
import { Ladder } from '../trace/ladder.js';
import { Pcapng } from '../trace/pcapng.js';
import { widthOf } from '../trace/width.js';
import { UsageError } from '../usage-error.js';
import { columns, isColoured, print } from './terminal.js';
import { openCapture } from './trace-output.js';

export interface ScenarioOptions {
  scenario?: string;
  list?: boolean;
  lang?: string;
  all?: boolean;
  json?: boolean;
  capture?: string;
}

/** Prose is easier to read when its lines are not as long as a wide terminal. */
const TEXT_COLUMNS = 100;

export function list({ lang }: ScenarioOptions): void {
  const language = languageOf(lang);
  const width = Math.max(...SCENARIOS.map(({ name }) => name.length));
  for (const { name, title } of SCENARIOS) print(`${name.padEnd(width)}  ${title[language]}`);
}

export async function playScenario(options: ScenarioOptions): Promise<void> {
  const language = languageOf(options.lang);
  const scenario = scenarioByName(options.scenario ?? '');
  if (scenario === undefined) {
    throw new UsageError(`There is no scenario '${options.scenario ?? ''}'; 'slipway demo --list' names them all.`);
  }
  const world = await World.create(scenario, await loadModule('board'));
  world.run();
  if (options.json !== true) draw(world, language, options.all === true);
  write(world, options);
}

function draw(world: World, language: Language, unfolds: boolean): void {
  const { scenario } = world;
  head(scenario, language);
  const ladder = new Ladder({
    print,
    columns: columns(),
    isColoured: isColoured(),
    unfolds,
    ...(language === 'zh' && { translate: phraseInChinese }),
  });
  ladder.heading(
    `${language === 'zh' ? '笔记本' : 'laptop'} ${ADDRESSES.laptop}`,
    `${language === 'zh' ? '开发板' : 'board'} ${ADDRESSES.board}`,
  );
  for (const moment of momentsOf(world)) {
    if ('event' in moment) {
      ladder.event(moment.event);
      continue;
    }
    ladder.flush();
    print(`${(moment.time / 1000).toFixed(3).padStart(8)}  ${moment.deed.act.says[language]}`);
  }
  ladder.flush();
  print('');
  print(`${ADDRESSES.laptop}: ${world.state('laptop')}, ${ADDRESSES.board}: ${world.state('board')}`);
}

function write(world: World, { json, capture }: ScenarioOptions): void {
  const file = capture === undefined ? undefined : openCapture(capture);
  // The clock begins at 1970: a scenario has no date, and the same run writes the same file.
  const pcapng = file === undefined ? undefined : new Pcapng(file.write, 0);
  for (const moment of momentsOf(world)) {
    if (!('event' in moment)) continue;
    pcapng?.event(moment.event);
    if (json === true) print(toJson(moment.event));
  }
  pcapng?.end(world.now / 1000);
  file?.close();
}

function head({ title, text, rfc }: Scenario, language: Language): void {
  print(title[language]);
  print('');
  for (const line of wrapText(text[language], Math.min(TEXT_COLUMNS, columns()))) print(line);
  print(rfc);
  print('');
}

/** Lines of words, or of characters where there are no blanks between words. */
function wrapText(text: string, width: number): string[] {
  const lines = [''];
  for (const piece of text.match(/[\u2e80-\uffef]|[^\s\u2e80-\uffef]+\s*|\s+/g) ?? []) {
    const line = lines.at(-1) ?? '';
    if (widthOf(line + piece.trimEnd()) > width) lines.push(piece.trimStart());
    else lines[lines.length - 1] = line + piece;
  }
  return lines.map((line) => line.trimEnd());
}

function languageOf(lang = 'en'): Language {
  if (lang === 'en' || lang === 'zh') return lang;
  throw new UsageError(`There is no language '${lang}'; use en or zh.`);
}
