// /netstat.json: the stack's state for programs.

import { counter } from "../../counters";
import { Counter, InfoAt, State, Table } from "../../numbers";
import { CONNECTIONS, MTU, RECEIVE_RING, SEND_RING } from "../../sizes";
import { list } from "../../tcp/user-calls/info";
import { uptimeMilliseconds, uptimeSeconds, writeBuild, writeName } from "../board";
import { address, decimal, digits, put, setSpaced, text } from "../writer";
import { Next } from "./document";
import { receiveQueue, sendQueue } from "./queues";
import { COUNTERS, DROPS, writeCounter, writeDrop, writeState } from "./names";

/** Writes a piece; `isSeparate`: a row of it stands before. */
export function writeNetstat(piece: i32, row: i32, isSeparate: bool): i32 {
  switch (piece) {
    case 0:
      writeBoard();
      return Next.PIECE;
    case 1:
      text(',\n"listeners":[');
      return Next.PIECE;
    case 2:
      return writeListener(row, isSeparate);
    case 3:
      text('],\n"connections":[');
      return Next.PIECE;
    case 4:
      return writeConnection(row, isSeparate);
    case 5:
      text('],\n"counters":{');
      return Next.PIECE;
    case 6:
      return writeCounters(row);
    case 7:
      text('},\n"drops":{');
      return Next.PIECE;
    case 8:
      return writeDrops(row, isSeparate);
    case 9:
      text("}}\n");
      return Next.PIECE;
    default:
      return Next.END;
  }
}

function writeBoard(): void {
  text('{"board":"');
  writeName();
  text('","build":"');
  writeBuild();
  text('","uptimeMs":');
  writeUptime();
  text(',"memoryOctets":');
  decimal(<u32>__heap_base);
  text(',"sizes":{"connections":');
  decimal(CONNECTIONS);
  text(',"sendRing":');
  decimal(SEND_RING);
  text(',"receiveRing":');
  decimal(RECEIVE_RING);
  text(',"mtu":');
  decimal(MTU);
  put(0x7d);
}

// Seconds and milliseconds side by side are milliseconds.
function writeUptime(): void {
  if (uptimeSeconds() == 0) return decimal(uptimeMilliseconds());
  decimal(uptimeSeconds());
  digits(uptimeMilliseconds(), 100);
}

function writeListener(row: i32, isSeparate: bool): i32 {
  const at = <usize>list(row);
  if (at == 0) return Next.PIECE;
  if (load<u8>(at, InfoAt.TABLE) != Table.LISTENER) return Next.ROW;
  if (isSeparate) put(0x2c);
  text('\n{"local":');
  writeEnd(load<u32>(at, InfoAt.LOCAL_ADDRESS), load<u16>(at, InfoAt.LOCAL_PORT));
  text(',"state":"LISTEN","waiting":');
  decimal(load<u16>(at, InfoAt.ACCEPTABLE));
  text(',"backlog":');
  decimal(load<u16>(at, InfoAt.BACKLOG));
  put(0x7d);
  return Next.ROW;
}

function writeConnection(row: i32, isSeparate: bool): i32 {
  const at = <usize>list(row);
  if (at == 0) return Next.PIECE;
  if (load<u8>(at, InfoAt.TABLE) == Table.LISTENER) return Next.ROW;
  if (isSeparate) put(0x2c);
  text('\n{"local":');
  writeEnd(load<u32>(at, InfoAt.LOCAL_ADDRESS), load<u16>(at, InfoAt.LOCAL_PORT));
  text(',"remote":');
  writeEnd(load<u32>(at, InfoAt.REMOTE_ADDRESS), load<u16>(at, InfoAt.REMOTE_PORT));
  text(',"state":"');
  writeState(load<u8>(at, InfoAt.STATE));
  put(0x22);
  if (load<u8>(at, InfoAt.TABLE) == Table.CONNECTION) writeTransfer(at);
  if (load<u8>(at, InfoAt.STATE) == State.TIME_WAIT) {
    text(',"timeWaitLeftMs":');
    decimal(load<u32>(at, InfoAt.LIFE_LEFT));
  }
  put(0x7d);
  return Next.ROW;
}

function writeEnd(host: u32, port: u32): void {
  text('{"address":"');
  address(host);
  text('","port":');
  decimal(port);
  put(0x7d);
}

function writeTransfer(at: usize): void {
  text(',"sendQueue":');
  decimal(sendQueue(at));
  text(',"receiveQueue":');
  decimal(receiveQueue(at));
  text(',"rtoMs":');
  decimal(load<u32>(at, InfoAt.RTO));
  text(',"srttMs":');
  decimal(load<u32>(at, InfoAt.SRTT));
  text(',"cwnd":');
  decimal(load<u32>(at, InfoAt.CWND));
  text(',"ssthresh":');
  decimal(load<u32>(at, InfoAt.SSTHRESH));
  text(',"retransmissions":');
  decimal(load<u32>(at, InfoAt.RETRANSMISSIONS));
}

function writeCounters(row: i32): i32 {
  if (row == COUNTERS) return Next.PIECE;
  writeKey(row != 0);
  writeCounter(row);
  writeValue(counter(row));
  return Next.ROW;
}

// Only those that have happened: most of them never do.
function writeDrops(row: i32, isSeparate: bool): i32 {
  if (row == DROPS) return Next.PIECE;
  const drops = counter(Counter.DROPS + row + 1);
  if (drops == 0) return Next.ROW;
  writeKey(isSeparate);
  writeDrop(row + 1);
  writeValue(drops);
  return Next.ROW;
}

function writeKey(isSeparate: bool): void {
  setSpaced(false);
  if (isSeparate) put(0x2c);
  put(0x22);
}

function writeValue(value: u32): void {
  text('":');
  decimal(value);
}
