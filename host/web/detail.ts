// Every bit of a segment's header, in the shape in which RFC 9293 draws it; why it was sent, and where the standard says so.
import { CAUSES } from '../scenarios/causes.js';
import type { Passage } from '../scenarios/passage.js';
import type { TcpOption, TcpSegment } from '../trace/decode-tcp.js';
import { el } from './dom.js';
import { fateWords, titleOf } from './label.js';
import { inLanguage, say } from './words.js';

interface Field {
  name: string;
  bits: number;
  value: number;
  /** In words or relative, behind the value. */
  more?: string;
}

export class DetailView {
  readonly element = el('section', { class: 'panel detail' });

  constructor() {
    this.show(undefined);
  }

  show(passage: Passage | undefined): void {
    const heading = el('h2', { text: say('segment') });
    if (passage === undefined) {
      this.element.replaceChildren(heading, el('p', { class: 'quiet', text: say('noSegment') }));
      return;
    }
    heading.textContent = `${say('segment')} ${passage.number}: ${titleOf(passage)}`;
    const { tcp, udp } = passage.datagram;
    const fields = tcp !== undefined ? tcpFields(tcp, passage) : udp !== undefined ? udpFields(passage) : [];
    this.element.replaceChildren(heading, reasons(passage), grid(fields), ...(tcp === undefined ? [] : [options(tcp)]));
  }
}

function reasons(passage: Passage): HTMLElement {
  const cause = CAUSES[passage.cause];
  const list = el('dl', { class: 'reasons' });
  if (cause !== undefined) {
    const repeat = passage.repeat > 0 ? ` (${inLanguage(cause.words)} ${passage.repeat})` : '';
    list.append(
      el('dt', { text: say('why') }),
      el('dd', {}, `${inLanguage(cause.why)}${repeat} `, ...rfcLinks(cause.rfc)),
    );
  }
  list.append(el('dt', { text: say('fate') }), el('dd', { text: fateWords(passage) }));
  return list;
}

/** Each "RFC n section s" as a link; what lies between stays text. */
export function rfcLinks(text: string): (HTMLElement | string)[] {
  return text.split(/(; )/).map((part) => {
    const [, number, section] = /^RFC (\d+)(?: sections? ([\d.]+))?/.exec(part) ?? [];
    if (number === undefined) return part;
    const anchor = section === undefined ? '' : `#section-${section}`;
    return el('a', { href: `https://www.rfc-editor.org/rfc/rfc${number}${anchor}`, rel: 'noreferrer', text: part });
  });
}

function grid(fields: readonly Field[]): HTMLElement {
  const table = el('div', { class: 'header-bits', role: 'list' });
  for (const { name, bits, value, more } of fields) {
    const binary = (value >>> 0).toString(2).padStart(bits, '0');
    const title = `${name}: ${value}${more === undefined ? '' : ` (${more})`}, ${binary}`;
    const cell = el('div', {
      class: bits === 1 ? `bit ${value === 1 ? 'set' : ''}` : 'field',
      role: 'listitem',
      title,
    });
    cell.style.gridColumn = `span ${bits}`;
    cell.append(
      el('span', { class: 'field-name', text: name }),
      el('span', { class: 'field-value', text: more === undefined ? String(value) : `${value} · ${more}` }),
    );
    if (bits > 1) cell.append(el('span', { class: 'field-bits', text: grouped(binary) }));
    table.append(cell);
  }
  return table;
}

function grouped(binary: string): string {
  return binary.replace(/(.{4})(?=.)/g, '$1 ');
}

function tcpFields(tcp: TcpSegment, { relative }: Passage): Field[] {
  const flag = (name: string, bit: number): Field => ({ name, bits: 1, value: (tcp.flags & bit) === 0 ? 0 : 1 });
  return [
    { name: 'Source port', bits: 16, value: tcp.sourcePort },
    { name: 'Destination port', bits: 16, value: tcp.destinationPort },
    { name: 'Sequence number', bits: 32, value: tcp.seq, more: String(relative?.seq ?? '') },
    { name: 'Acknowledgment number', bits: 32, value: tcp.ack, more: String(relative?.ack ?? '') },
    { name: 'Offset', bits: 4, value: tcp.headerLength / 4 },
    { name: 'Rsrvd', bits: 4, value: tcp.reserved },
    flag('CWR', 128),
    flag('ECE', 64),
    flag('URG', 32),
    flag('ACK', 16),
    flag('PSH', 8),
    flag('RST', 4),
    flag('SYN', 2),
    flag('FIN', 1),
    { name: 'Window', bits: 16, value: tcp.window },
    { name: 'Checksum', bits: 16, value: tcp.checksum, more: tcp.isChecksumRight ? '✓' : '✗' },
    { name: 'Urgent pointer', bits: 16, value: tcp.urgentPointer },
  ];
}

function udpFields({ datagram }: Passage): Field[] {
  const { udp } = datagram;
  if (udp === undefined) return [];
  return [
    { name: 'Source port', bits: 16, value: udp.sourcePort },
    { name: 'Destination port', bits: 16, value: udp.destinationPort },
    { name: 'Length', bits: 16, value: udp.length + 8 },
  ];
}

function options({ options: list, length }: TcpSegment): HTMLElement {
  const names = list.map(optionText);
  const words = names.length === 0 ? '–' : names.join(', ');
  return el('p', { class: 'options' }, el('strong', { text: 'Options ' }), `${words}; `, `${length} B`);
}

function optionText(option: TcpOption): string {
  switch (option.name) {
    case 'mss':
      return `MSS ${option.mss}`;
    case 'wscale':
      return `window scale ${option.shift}`;
    case 'sackOK':
      return 'SACK permitted';
    case 'sack':
      return `SACK ${option.blocks.map(({ left, right }) => `${left}–${right}`).join(' ')}`;
    case 'timestamps':
      return `timestamps ${option.value}/${option.echo}`;
    case 'nop':
      return 'NOP';
    case 'end':
      return 'end';
    default:
      return `kind ${option.kind}`;
  }
}
