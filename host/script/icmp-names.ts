// Names of ICMP messages as packetdrill spells them; numbers from RFC 792, RFC 1191 and RFC 1812.

const UNREACHABLE = 3;
const SOURCE_QUENCH = 4;
const TIME_EXCEEDED = 11;
const PARAMETER_PROBLEM = 12;

const UNREACHABLE_CODES = [
  'net_unreachable',
  'host_unreachable',
  'protocol_unreachable',
  'port_unreachable',
  'frag_needed',
  'source_route_failed',
  'net_unknown',
  'host_unknown',
  'source_host_isolated',
  'net_prohibited',
  'host_prohibited',
  'net_unreachable_for_tos',
  'host_unreachable_for_tos',
  'packet_filtered',
  'precedence_violation',
  'precedence_cutoff',
];

const CODES: Readonly<Record<string, readonly [type: number, codes: readonly string[]]>> = {
  unreachable: [UNREACHABLE, UNREACHABLE_CODES],
  source_quench: [SOURCE_QUENCH, ['']],
  time_exceeded: [TIME_EXCEEDED, ['exceeded_in_transit', 'reassembly_exceeded']],
  parameter_problem: [PARAMETER_PROBLEM, ['', 'missing_option', 'bad_length']],
};

export function icmpNumbers(type: string, code: string): { type: number; code: number } | undefined {
  const known = CODES[type];
  if (known === undefined) return undefined;
  const [number, codes] = known;
  if (code === '') return { type: number, code: 0 };
  const index = codes.indexOf(code);
  return index < 0 ? undefined : { type: number, code: index };
}
