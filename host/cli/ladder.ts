import type { Command } from 'commander';
import { attach } from '../control/client.js';
import { parseFilter } from '../trace/filter.js';
import { toJson } from '../trace/json.js';
import { Ladder } from '../trace/ladder.js';
import { interrupted } from './interrupt.js';
import { linkOption } from './links.js';
import { columns, isColoured, print, say } from './terminal.js';

interface LadderOptions {
  link?: string;
  filter?: string;
  json?: boolean;
  all?: boolean;
}

export function registerLadder(program: Command): void {
  program
    .command('ladder')
    .description("draw what passes on an open link: an arrow for each segment, both ends' states at the sides")
    .addOption(linkOption())
    .option('--filter <words>', "only what is meant: 'tcp and port 80', 'connection 3 or icmp'")
    .option('--json', 'print one event a line as JSON (docs/events.md) and no ladder')
    .option('--all', 'print every segment: do not fold runs of like data segments into one line')
    .addHelpText('after', EXAMPLES)
    .action(async (options: LadderOptions) => run(options));
}

const EXAMPLES = `
It looks at a link that another program has open: slipway up, forward or demo. Ctrl-C ends it.

Examples:
  slipway ladder
  slipway ladder --filter 'port 80 and (syn or fin or rst)'
  slipway ladder --json | jq .tcp.flags`;

/** A run of like segments to which nothing has been added for a while is drawn. */
const BEAT_MS = 100;

async function run({ link, filter, json, all }: LadderOptions): Promise<void> {
  const accepts = filter === undefined ? (): boolean => true : parseFilter(filter);
  const control = await attach(link);
  const ladder = new Ladder({ print, columns: columns(), isColoured: isColoured(), unfolds: all === true });
  ladder.heading(`laptop ${control.hello.laptop}`, `board ${control.hello.board}`);
  const stop = interrupted();
  let [time, at] = [0, performance.now()];
  const beat = setInterval(() => ladder.tick(time + (performance.now() - at) / 1000), BEAT_MS);
  control.follow({
    begun: () => undefined,
    missed: (count) => say(`${count} events were missed: this window was too slow for them.`),
    event: (event) => {
      [time, at] = [event.time, performance.now()];
      if (!accepts(event)) return;
      if (json === true) print(toJson(event));
      else ladder.event(event);
    },
  });
  await Promise.race([stop, control.closed]);
  clearInterval(beat);
  if (json !== true) ladder.flush();
  await control.close();
}
