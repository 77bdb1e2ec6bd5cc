import type { Command } from 'commander';
import type { OpenOptions } from '../index.js';
import { addLinkOptions, run, type LinkOptions } from './up.js';

export { trapped } from './trapped.js';

export function registerForward(program: Command): void {
  const command = program
    .command('forward')
    .description("the laptop's end of a cable: local ports that lead to the board's")
    .argument('<rules...>', "local port and the board's, such as 8080:80");
  addLinkOptions(command)
    .addHelpText('after', EXAMPLES)
    .action(async (rules: string[], options: LinkOptions) => run(rules, options, undefined));
}

const EXAMPLES = `
Examples:
  slipway forward --link slip:/dev/ttyACM0 8080:80
  slipway forward --link unix:/tmp/board 8080:80 7:7 --ladder`;

/** The options that were given; an absent one must not overrule a default. */
export function addresses({ address, peer }: { address?: string; peer?: string }): OpenOptions {
  return { ...(address === undefined ? {} : { address }), ...(peer === undefined ? {} : { peer }) };
}
