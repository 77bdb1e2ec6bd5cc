// What the laptop has just seen, as a packetdrill script (docs/scripts.md): its user's calls, what arrived, what it sent. Run
// against the same core it must pass, and then it can be changed.
import { Flag, Option } from '../../assembly/numbers.js';
import { formatFlags } from '../script/format.js';
import type { TcpOption } from '../trace/decode-tcp.js';
import type { Relative } from '../trace/event.js';
import type { Passage, UserCall } from './passage.js';
import type { World } from './world.js';

const DESCRIPTOR = 3;

interface Line {
  time: number;
  rank: number;
  text: string;
}

/** In one moment: what arrives, what the user does about it, what leaves. */
const RANK = { arrives: 0, calls: 1, leaves: 2 } as const;

/** Of the connection that the scenario is about, from its OPEN on; undefined before that. */
export function packetdrillOf(world: World): string | undefined {
  const { calls } = world.laptop;
  const opened = calls.findLastIndex(({ call }) => call === 'open');
  const first = calls[opened];
  if (first === undefined) return undefined;
  const lines = [
    ...calls.slice(opened).flatMap((call) => callLines(call)),
    ...world.passages.filter(({ connection }) => connection === world.main).flatMap((passage) => packetLines(passage)),
  ]
    .filter(({ time, rank }) => time > first.time || (time === first.time && rank !== RANK.arrives))
    .sort((one, other) => one.time - other.time || one.rank - other.rank);
  const body = lines.map(({ time, text }) => `${((time - first.time) / 1000).toFixed(3).padStart(9)}  ${text}`);
  return `${[...head(world), ...body].join('\n')}\n`;
}

function head({ scenario }: World): string[] {
  const settings = Object.entries({ timestamps: 0, ...scenario.setting?.laptop });
  const config = settings.map(
    ([name, value]) => `${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}=${value}`,
  );
  return [
    `// ${scenario.title.en}, as the laptop saw it. ${scenario.rfc}.`,
    '// Taken from a run of the real core: slipway script FILE plays it again.',
    '--profile=board',
    `--config=${config.join(',')}`,
    '',
  ];
}

function callLines({ time, call, value, extra }: UserCall): Line[] {
  const line = (text: string): Line => ({ time, rank: RANK.calls, text });
  switch (call) {
    case 'open':
      return [
        line(`socket(..., SOCK_STREAM, IPPROTO_TCP) = ${DESCRIPTOR}`),
        line(`fcntl(${DESCRIPTOR}, F_SETFL, O_RDWR|O_NONBLOCK) = 0`),
        line(`connect(${DESCRIPTOR}, ..., ...) = -1 EINPROGRESS (Operation now in progress)`),
      ];
    case 'write':
      return extra === 1
        ? [line(`send(${DESCRIPTOR}, ..., ${value}, MSG_OOB) = ${value}`)]
        : [line(`write(${DESCRIPTOR}, ..., ${value}) = ${value}`)];
    case 'read':
      return [line(`read(${DESCRIPTOR}, ..., ${value}) = ${value}`)];
    case 'shutdown':
      return [line(`shutdown(${DESCRIPTOR}, SHUT_WR) = 0`)];
    case 'close':
      return [line(`close(${DESCRIPTOR}) = 0`)];
    case 'abort':
      return [line(`abort(${DESCRIPTOR}) = 0`)];
    case 'option':
      return [line(`option(${DESCRIPTOR}, ${optionName(value)}, ${extra}) = 0`)];
    case 'listen':
    case 'accept':
    case 'restart':
    case 'udp':
      return [];
  }
}

function optionName(option: number): string {
  return Object.entries(Option).find(([, number]) => number === option)?.[0] ?? String(option);
}

function packetLines(passage: Passage): Line[] {
  const { from, time, arrivals, cause } = passage;
  if (passage.datagram.tcp === undefined) return [];
  if (from === 'board')
    return arrivals.map((arrival) => ({ time: arrival.time, rank: RANK.arrives, text: `< ${segment(passage)}` }));
  // What somebody else has sent in its name, the laptop never saw.
  return cause === 'forged' ? [] : [{ time, rank: RANK.leaves, text: `> ${segment(passage)}` }];
}

function segment({ datagram, relative, from, fault }: Passage): string {
  const { tcp } = datagram;
  if (tcp === undefined || relative === undefined) return '';
  const seq = relative.seq >>> 0;
  const isReset = (tcp.flags & Flag.RST) !== 0;
  const parts = [`${formatFlags(tcp.flags).padEnd(2)} ${seq}:${(seq + tcp.length) >>> 0}(${tcp.length})`];
  if ((tcp.flags & Flag.ACK) !== 0) parts.push(`ack ${relative.ack >>> 0}`);
  if (!isReset || from === 'board') parts.push(`win ${tcp.window}`);
  if ((tcp.flags & Flag.URG) !== 0) parts.push(`urg ${tcp.urgentPointer}`);
  if (tcp.options.length > 0) parts.push(from === 'laptop' ? '<...>' : `<${optionsOf(tcp.options, relative)}>`);
  return `${fault === 'corrupted' && from === 'board' ? '[badsum] ' : ''}${parts.join(' ')}`;
}

/** Only of segments that arrive: what the laptop offers is its own affair. */
function optionsOf(options: readonly TcpOption[], { sack }: Relative): string {
  return options
    .map((option) => {
      switch (option.name) {
        case 'mss':
          return `mss ${option.mss}`;
        case 'wscale':
          return `wscale ${option.shift}`;
        case 'sack':
          return ['sack', ...sack.map(({ left, right }) => `${left >>> 0}:${right >>> 0}`)].join(' ');
        case 'timestamps':
          return `TS val ${option.value} ecr ${option.echo}`;
        case 'end':
          return 'eol';
        default:
          return option.name;
      }
    })
    .join(',');
}
