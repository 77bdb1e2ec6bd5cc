// Every error of the command line comes through here: one sentence on stderr that names the fix, and the exit code.
import { CommanderError } from 'commander';
import { BuildError } from '../board/build-error.js';
import { UsageError } from '../usage-error.js';

/** Something in the world is not as the command needs it. The message is one sentence that says what to do. */
export class Failure extends Error {
  override readonly name = 'Failure';
}

export const EXIT_FAILURE = 1;
export const EXIT_MISUSE = 2;

/** What an error means for the process. Help and version are no errors: they say nothing here and exit 0. */
export function explain(error: unknown): { exitCode: number; message: string } {
  if (error instanceof UsageError) return { exitCode: EXIT_MISUSE, message: error.message };
  if (error instanceof CommanderError) return explainCommander(error);
  return { exitCode: EXIT_FAILURE, message: explainFailure(error) };
}

/** Commander's own words have no end and no fix: "error: unknown option '--los'\n(Did you mean --loss?)". */
function explainCommander(error: CommanderError): { exitCode: number; message: string } {
  if (error.exitCode === 0) return { exitCode: 0, message: '' };
  // The help that it printed has said everything.
  if (error.code === 'commander.help') return { exitCode: EXIT_MISUSE, message: '' };
  const [problem = '', hint] = error.message.replace(/^error: /, '').split('\n');
  const guess = /Did you mean (.*)\?/.exec(hint ?? '')?.[1];
  const fix =
    guess === undefined ? "'slipway --help' and 'slipway COMMAND --help' say what there is" : `did you mean ${guess}?`;
  const sentence = `${problem.charAt(0).toUpperCase()}${problem.slice(1).replace(/\.$/, '')}; ${fix}`;
  return { exitCode: EXIT_MISUSE, message: sentence.endsWith('?') ? sentence : `${sentence}.` };
}

function explainFailure(error: unknown): string {
  if (!(error instanceof Error)) return `It failed for a reason that cannot be told: ${String(error)}.`;
  const { code } = error as NodeJS.ErrnoException;
  // A sentence already: ours, or an error of the host that was written as one. Node's own have no full stop.
  if (error instanceof Failure || error instanceof BuildError || error.message.endsWith('.')) return error.message;
  const advice = code === undefined ? undefined : ADVICE[code];
  if (advice !== undefined) return `${advice} (${error.message}).`;
  return process.env['SLIPWAY_DEBUG'] === undefined
    ? `${error.message.replace(/\.$/, '')}; set SLIPWAY_DEBUG=1 to see where it comes from.`
    : (error.stack ?? error.message);
}

/** What to do about an error of a connection, by Node's code. */
const ADVICE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Nothing listens on that port of the board; start it with an app that does, such as --app http',
  ECONNRESET: 'The board ended the connection; look at the ladder for the reason',
  ETIMEDOUT: 'The board does not answer; check the cable, the speed of the line and the address',
  EHOSTUNREACH: 'The board cannot be reached; check the cable and the address',
  ENETDOWN: 'The link is gone; check the cable and start again',
  EACCES: 'That is not allowed to you; choose another name or run as its owner',
};
