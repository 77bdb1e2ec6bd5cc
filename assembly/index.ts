// The ABI: every export, nothing else. docs/abi.md is the contract.

import {
  CONNECTIONS,
  LISTENERS,
  MTU,
  RECEIVE_RING,
  RECORDS,
  SEND_RING,
  SERIAL_CHUNK,
  SYN_QUEUE,
  TIME_WAITS,
  UDP_ENDPOINTS,
} from "./sizes";
import { DATAGRAM, RECORD, RX, SERIAL_RX, SERIAL_TX, TX } from "./memory-map";

export const abi: i32 = 1;
export const rx: usize = RX;
export const tx: usize = TX;
export const mtu: i32 = MTU;
export const serialRx: usize = SERIAL_RX;
export const serialTx: usize = SERIAL_TX;
export const serialChunk: i32 = SERIAL_CHUNK;
export const connections: i32 = CONNECTIONS;
export const listeners: i32 = LISTENERS;
export const udpEndpoints: i32 = UDP_ENDPOINTS;
export const synQueue: i32 = SYN_QUEUE;
export const timeWaits: i32 = TIME_WAITS;
export const sendRing: i32 = SEND_RING;
export const receiveRing: i32 = RECEIVE_RING;
export const record: usize = RECORDS ? RECORD : 0;
export const datagram: usize = DATAGRAM;

export { __heap_base, __data_end };

export { start, configure, rekey } from "./configure";
export { input, output, deadline, serialInput, serialOutput } from "./core";
export { listen, accept, open } from "./tcp/user-calls/open";
export { request, admit, refuse } from "./tcp/user-calls/requests";
export { sendRoom, sendAt, send } from "./tcp/user-calls/send";
export { receiveReady, receiveAt, receive } from "./tcp/user-calls/receive";
export { shutdown, close } from "./tcp/user-calls/close";
export { abort } from "./tcp/user-calls/abort";
export { status, changed, events, error } from "./tcp/user-calls/status";
export { option } from "./tcp/user-calls/option";
export { info, list } from "./tcp/user-calls/info";
export { counter } from "./counters";
export { udpOpen, udpSend, udpReceive, udpClose } from "./udp/endpoints";
export { ping, pong } from "./ip/icmp";
