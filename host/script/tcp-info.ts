import type { CoreInfo } from '../core.js';

/** Fields of TCP_INFO that the core can tell, by the names scripts have for them, and the constants they compare with. */
export interface TcpInfo {
  fields: Readonly<Record<string, number>>;
  constants: Readonly<Record<string, number>>;
}

// Linux's numbers; FreeBSD's names of the states stand for the same ones.
const STATES: readonly (readonly [state: string, linux: string, freebsd: string, number: number])[] = [
  ['ESTABLISHED', 'TCP_ESTABLISHED', 'TCPS_ESTABLISHED', 1],
  ['SYN-SENT', 'TCP_SYN_SENT', 'TCPS_SYN_SENT', 2],
  ['SYN-RECEIVED', 'TCP_SYN_RECV', 'TCPS_SYN_RECEIVED', 3],
  ['FIN-WAIT-1', 'TCP_FIN_WAIT1', 'TCPS_FIN_WAIT_1', 4],
  ['FIN-WAIT-2', 'TCP_FIN_WAIT2', 'TCPS_FIN_WAIT_2', 5],
  ['TIME-WAIT', 'TCP_TIME_WAIT', 'TCPS_TIME_WAIT', 6],
  ['CLOSED', 'TCP_CLOSE', 'TCPS_CLOSED', 7],
  ['CLOSE-WAIT', 'TCP_CLOSE_WAIT', 'TCPS_CLOSE_WAIT', 8],
  ['LAST-ACK', 'TCP_LAST_ACK', 'TCPS_LAST_ACK', 9],
  ['LISTEN', 'TCP_LISTEN', 'TCPS_LISTEN', 10],
  ['CLOSING', 'TCP_CLOSING', 'TCPS_CLOSING', 11],
];

const OPTIONS = { TCPI_OPT_TIMESTAMPS: 1, TCPI_OPT_SACK: 2, TCPI_OPT_WSCALE: 4, TCPI_OPT_ECN: 8 };

const MICROSECONDS = 1000;

export function tcpInfo(info: CoreInfo | undefined): TcpInfo {
  const constants: Record<string, number> = { ...OPTIONS };
  for (const [, linux, freebsd, number] of STATES) {
    constants[linux] = number;
    constants[freebsd] = number;
  }
  const state = STATES.find(([name]) => name === (info?.state ?? 'CLOSED'))?.[3] ?? 0;
  if (info === undefined) return { constants, fields: { tcpi_state: state } };
  const mss = Math.max(info.sendMss, 1);
  const fields = {
    tcpi_state: state,
    tcpi_options: (info.timestamps ? 1 : 0) | (info.sack ? 2 : 0) | (info.windowScale ? 4 : 0),
    tcpi_snd_mss: info.sendMss,
    tcpi_snd_wnd: info.snd.wnd,
    tcpi_snd_wscale: info.snd.scale,
    tcpi_rcv_wscale: info.rcv.scale,
    tcpi_rcv_space: info.rcv.wnd,
    tcpi_rto: info.rto * MICROSECONDS,
    tcpi_rtt: info.srtt * MICROSECONDS,
    tcpi_rttvar: info.rttvar * MICROSECONDS,
    tcpi_backoff: info.backoff,
    tcpi_retransmits: info.backoff,
    tcpi_total_retrans: info.retransmissions,
    tcpi_snd_cwnd: Math.floor(info.cwnd / mss),
    tcpi_snd_ssthresh: Math.floor(info.ssthresh / mss),
    tcpi_unacked: Math.ceil(info.inFlight / mss),
    tcpi_sacked: Math.ceil(info.sacked / mss),
  };
  return { constants, fields };
}
