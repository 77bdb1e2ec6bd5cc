import type { Command } from 'commander';
import { Argument } from 'commander';
import { print } from './terminal.js';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

export function registerCompletion(program: Command): void {
  program
    .command('completion')
    .description('what makes a shell complete the commands and options of slipway')
    .addArgument(new Argument('<shell>', 'which shell').choices(SHELLS))
    .addHelpText('after', EXAMPLES)
    .action((shell: Shell) => print(completion(program, shell)));
}

const EXAMPLES = `
Examples:
  source <(slipway completion bash)                                      in ~/.bashrc
  slipway completion zsh > ~/.zfunc/_slipway                             with fpath+=~/.zfunc in ~/.zshrc
  slipway completion fish > ~/.config/fish/completions/slipway.fish`;

interface Completed {
  /** 'wireshark install', '' for slipway itself. */
  words: string;
  description: string;
  subcommands: { name: string; description: string }[];
  options: { flag: string; description: string }[];
}

/** Made from the commands themselves, so that it cannot be older than they are. */
export function completion(program: Command, shell: Shell): string {
  const commands = collect(program, '');
  if (shell === 'bash') return bash(commands);
  return shell === 'zsh' ? zsh(commands) : fish(commands);
}

function collect(command: Command, words: string): Completed[] {
  const visible = command.createHelp().visibleCommands(command);
  const own: Completed = {
    words,
    description: command.description(),
    subcommands: visible.map((sub) => ({ name: sub.name(), description: sub.description() })),
    options: command
      .createHelp()
      .visibleOptions(command)
      .flatMap(({ long, description }) => (long === undefined || long === null ? [] : [{ flag: long, description }])),
  };
  const below = visible.filter((sub) => sub.name() !== 'help');
  return [own, ...below.flatMap((sub) => collect(sub, `${words} ${sub.name()}`.trim()))];
}

/** What may follow the words that stand there already: a case for each command. */
function bash(commands: Completed[]): string {
  const cases = commands.map(
    ({ words, subcommands, options }) =>
      `    '${words}') candidates='${[...subcommands.map(({ name }) => name), ...options.map(({ flag }) => flag)].join(' ')}' ;;`,
  );
  return `# slipway completion bash
_slipway() {
  local word candidates words=''
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) ;; *) case " ${nested(commands)} " in *" \${words:+$words/}$word "*) words="\${words:+$words/}$word" ;; esac ;; esac
  done
  case "\${words//\\// }" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$candidates" -- "\${COMP_WORDS[COMP_CWORD]}"))
  [ \${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -F _slipway slipway`;
}

/** The commands as one word each: wireshark/install. */
function nested(commands: Completed[]): string {
  return commands.map(({ words }) => words.replaceAll(' ', '/')).join(' ');
}

function zsh(commands: Completed[]): string {
  const entry = (name: string, description: string): string =>
    `'${name}:${quoted(description).replaceAll(':', '\\:')}'`;
  const cases = commands.map(
    ({ words, subcommands, options }) =>
      `    '${words}') candidates=(${[...subcommands.map(({ name, description }) => entry(name, description)), ...options.map(({ flag, description }) => entry(flag, description))].join(' ')}) ;;`,
  );
  return `#compdef slipway
_slipway() {
  local word words_so_far='' candidates
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$word" in -*) ;; *) case " ${nested(commands)} " in *" \${words_so_far:+$words_so_far/}$word "*) words_so_far="\${words_so_far:+$words_so_far/}$word" ;; esac ;; esac
  done
  case "\${words_so_far//\\// }" in
${cases.join('\n')}
  esac
  _describe 'slipway' candidates || _files
}
compdef _slipway slipway`;
}

function fish(commands: Completed[]): string {
  const condition = ({ words, subcommands }: Completed): string => {
    if (words === '') return '__fish_use_subcommand';
    const seen = words.split(' ').map((word) => `__fish_seen_subcommand_from ${word}`);
    const none =
      subcommands.length === 0
        ? []
        : [`not __fish_seen_subcommand_from ${subcommands.map(({ name }) => name).join(' ')}`];
    return [...seen, ...none].join('; and ');
  };
  return [
    '# slipway completion fish',
    ...commands.flatMap((command) => [
      ...command.subcommands.map(
        ({ name, description }) =>
          `complete -c slipway -n '${condition(command)}' -f -a ${name} -d '${quoted(description)}'`,
      ),
      ...command.options.map(
        ({ flag, description }) =>
          `complete -c slipway -n '${condition(command)}' -l ${flag.replace(/^--/, '')} -d '${quoted(description)}'`,
      ),
    ]),
  ].join('\n');
}

/** Within single quotes: such a quote cannot stand there in every shell. */
function quoted(text: string): string {
  return text.replaceAll("'", '’').replaceAll('\n', ' ');
}
