// A bulk transfer over a link on which ten SYNs of strangers arrive for each of its segments: what remains of its speed when
// they share the link's bandwidth with it, and the answers the way back. Virtual time: the same on every machine.
import { Flag, Protocol } from '../../assembly/numbers.js';
import { parseAddress } from '../address.js';
import { encodeDatagram, encodeSegment } from '../script/datagram.js';
import { CoreFlow } from './core-flow.js';
import { type Figure, spread } from './figure.js';
import { type Laboratory, hostSha256 } from './laboratory.js';

const SYNS = 10;
/** 10 Mbit/s in octets a second, and a millisecond each way. */
const BANDWIDTH = 1_250_000;
const DELAY_MS = 1;
const OCTETS = 10_000_000;
/** A datagram longer than this carries text of the transfer. */
const HEADERS_MOST = 100;

/** Octets a second that arrive, with or without the flood. */
export async function speed(receiver: string, isFlooded: boolean): Promise<number> {
  const link = { kind: 'datagrams', bandwidth: BANDWIDTH, delayMs: DELAY_MS } as const;
  const flow = await CoreFlow.create({ link, receiver, octets: OCTETS });
  const { a } = flow.cable;
  const send = a.send.bind(a);
  let strangers = 0;
  a.send = (datagram) => {
    send(datagram);
    if (!isFlooded || datagram.length <= HEADERS_MOST) return;
    for (let syn = 0; syn < SYNS; syn += 1) send(synOf(strangers++));
  };
  await flow.run(Infinity);
  return (OCTETS * 1000) / flow.elapsedMs;
}

/** A SYN from an address and a port that were not seen for a long time. */
function synOf(stranger: number): Uint8Array {
  const source = parseAddress('10.0.0.1') + (stranger % 65_000);
  const destination = parseAddress('192.168.7.2');
  const segment = encodeSegment({
    source,
    destination,
    sourcePort: 1024 + (stranger % 60_000),
    destinationPort: 9,
    seq: Math.imul(stranger, 2654435761) >>> 0,
    ack: 0,
    flags: Flag.SYN,
    win: 65535,
    urg: 0,
    options: new Uint8Array(),
    text: new Uint8Array(),
  });
  return encodeDatagram({ source, destination, protocol: Protocol.TCP, identification: 0 }, segment);
}

export const FLOOD_LINE_CASES = ['flood-bulk'] as const;

/** What is left of the speed, in per cent. */
export async function floodFigures(laboratory: Laboratory): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const receiver of ['board', 'host']) {
    const share = (100 * (await speed(receiver, true))) / (await speed(receiver, false));
    figures.push({
      case: 'flood-bulk',
      octets: 1460,
      engine: 'line',
      profile: `host to ${receiver}`,
      peer: 'slipway',
      unit: '%',
      ...spread([share]),
      sha256: hostSha256(laboratory),
    });
  }
  return figures;
}
