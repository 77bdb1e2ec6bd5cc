// The page at /: the stack's state for people. One file of HTML without scripts; it asks for nothing else.

import { counter } from "../../counters";
import { Counter, InfoAt, State, Table } from "../../numbers";
import { CONNECTIONS, MTU, RECEIVE_RING, SEND_RING } from "../../sizes";
import { list } from "../../tcp/user-calls/info";
import { uptimeMilliseconds, uptimeSeconds, writeBuild, writeName } from "../board";
import { address, decimal, digits, put, setSpaced, text } from "../writer";
import { Next } from "./document";
import { COUNTERS, DROPS, writeCounter, writeDrop, writeState } from "./names";
import { receiveQueue, sendQueue } from "./queues";

export function writePage(piece: i32, row: i32): i32 {
  switch (piece) {
    case 0:
      writeTitle();
      return Next.PIECE;
    case 1:
      writeStyle();
      return Next.PIECE;
    case 2:
      writeTableStyle();
      return Next.PIECE;
    case 3:
      writeBoard();
      return Next.PIECE;
    case 4:
      writeColumns();
      return Next.PIECE;
    case 5:
      return writeRow(row);
    case 6:
      text("</table></div><h2>Counters</h2><dl>");
      return Next.PIECE;
    case 7:
      return writeCounters(row);
    case 8:
      text("</dl><h2>Dropped</h2><dl>");
      return Next.PIECE;
    case 9:
      return writeDrops(row);
    case 10:
      text('</dl><p><a href="/netstat.json">netstat.json</a> <a href="/bytes/100000">100,000 octets</a></p>\n');
      return Next.PIECE;
    default:
      return Next.END;
  }
}

function writeTitle(): void {
  text('<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">');
  text('<link rel="icon" href="data:,"><title>');
  writeName();
  text(" - Slipway</title>");
}

function writeStyle(): void {
  text("<style>:root{color-scheme:light dark}");
  text("body{font:16px/1.5 system-ui,sans-serif;max-width:66rem;margin:3rem auto;padding:0 1rem}");
  text("h1{margin:0}h2{font-size:1rem;margin:2.5rem 0 .5rem}p{margin:.2rem 0}a{color:#0a86a8;margin-right:1rem}");
  text("b{color:#0a86a8}i{opacity:.6;font-style:normal}");
}

function writeTableStyle(): void {
  text("div{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.875rem}");
  text("td,th{text-align:right;padding:.25rem .5rem;border-bottom:1px solid #8884;white-space:nowrap}");
  text("th{font-weight:400;opacity:.6}td:nth-child(-n+3),th:nth-child(-n+3){text-align:left}");
  text("td,dd{font-variant-numeric:tabular-nums}dl~p{margin-top:2rem}h2:has(+dl:empty){display:none}");
  text("dl{columns:16rem;column-gap:2.5rem;margin:0}dt{float:left;opacity:.7}dd{text-align:right;margin:0}</style>");
}

function writeBoard(): void {
  text("<h1>");
  writeName();
  text("</h1><p>Up <b>");
  writeUptime();
  text("</b></p><p><i>Build</i> ");
  writeBuild();
  text(" &middot; ");
  decimal(<u32>__heap_base);
  text(" <i>octets of memory</i> &middot; ");
  decimal(CONNECTIONS);
  text(" <i>connections of</i> ");
  decimal(SEND_RING);
  text(" + ");
  decimal(RECEIVE_RING);
  text(" <i>octets</i> &middot; <i>MTU</i> ");
  decimal(MTU);
  text("</p>");
}

// Days only once there are any: 3 d 04:05:06.
function writeUptime(): void {
  const seconds = uptimeSeconds();
  if (seconds >= 86400) {
    decimal(seconds / 86400);
    text(" d ");
  }
  digits((seconds / 3600) % 24, 10);
  put(0x3a);
  digits((seconds / 60) % 60, 10);
  put(0x3a);
  digits(seconds % 60, 10);
  put(0x2e);
  digits(uptimeMilliseconds(), 100);
}

function writeColumns(): void {
  text("<h2>Connections</h2><div><table><tr><th>State<th>Local<th>Remote<th>Send queue<th>Receive queue");
  text("<th>RTO<th>cwnd<th>Retransmitted<th>Left");
}

function writeRow(row: i32): i32 {
  const at = <usize>list(row);
  if (at == 0) return Next.PIECE;
  text("<tr><td><b>");
  writeState(load<u8>(at, InfoAt.STATE));
  text("</b><td>");
  writeEnd(load<u32>(at, InfoAt.LOCAL_ADDRESS), load<u16>(at, InfoAt.LOCAL_PORT));
  text("<td>");
  if (load<u8>(at, InfoAt.TABLE) != Table.LISTENER) {
    writeEnd(load<u32>(at, InfoAt.REMOTE_ADDRESS), load<u16>(at, InfoAt.REMOTE_PORT));
  }
  if (load<u8>(at, InfoAt.TABLE) == Table.CONNECTION) writeTransfer(at);
  else text("<td><td><td><td><td>");
  text("<td>");
  if (load<u8>(at, InfoAt.STATE) == State.TIME_WAIT) writeSeconds(load<u32>(at, InfoAt.LIFE_LEFT));
  return Next.ROW;
}

function writeEnd(host: u32, port: u32): void {
  if (host == 0) put(0x2a);
  else address(host);
  put(0x3a);
  decimal(port);
}

function writeTransfer(at: usize): void {
  writeCell(sendQueue(at));
  writeCell(receiveQueue(at));
  writeCell(load<u32>(at, InfoAt.RTO));
  text(" ms");
  writeCell(load<u32>(at, InfoAt.CWND));
  writeCell(load<u32>(at, InfoAt.RETRANSMISSIONS));
}

function writeSeconds(milliseconds: u32): void {
  decimal(milliseconds / 1000);
  text(" s");
}

function writeCell(value: u32): void {
  text("<td>");
  decimal(value);
}

function writeCounters(row: i32): i32 {
  if (row == COUNTERS) return Next.PIECE;
  const value = counter(row);
  if (value == 0) return Next.ROW;
  setSpaced(true);
  text("<dt>");
  writeCounter(row);
  writeValue(value);
  return Next.ROW;
}

function writeDrops(row: i32): i32 {
  if (row == DROPS) return Next.PIECE;
  const drops = counter(Counter.DROPS + row + 1);
  if (drops == 0) return Next.ROW;
  setSpaced(true);
  text("<dt>");
  writeDrop(row + 1);
  writeValue(drops);
  return Next.ROW;
}

function writeValue(value: u32): void {
  text("<dd>");
  decimal(value);
}
