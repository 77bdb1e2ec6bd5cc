// The head of an answer, in one piece.

import { decimal, text } from "../writer";
import { Exchange, Resource, Seen } from "./exchange";
import { writeStatus } from "./status";

export function writeContinue(): void {
  text("HTTP/1.1 100 Continue\r\n\r\n");
}

export function writeHead(exchange: Exchange): void {
  text("HTTP/1.1 ");
  writeStatus(exchange.status);
  text("\r\nServer: Slipway\r\nCache-Control: no-store\r\nContent-Type: ");
  writeContentType(exchange);
  writeFraming(exchange);
  if (exchange.status == 405) writeAllow(exchange);
  if (exchange.has(Seen.CLOSE)) text("\r\nConnection: close");
  else if (!exchange.has(Seen.HTTP_1_1)) text("\r\nConnection: keep-alive");
  text("\r\n\r\n");
}

function writeContentType(exchange: Exchange): void {
  if (exchange.status != 200) return text("text/plain");
  switch (exchange.resource) {
    case Resource.PAGE:
      text("text/html");
      break;
    case Resource.NETSTAT:
      text("application/json");
      break;
    case Resource.BYTES:
    case Resource.ECHO:
      text("application/octet-stream");
      break;
    default:
      unreachable(); // a resource that is none was answered by 404
  }
}

// Without either the body ends with the connection.
function writeFraming(exchange: Exchange): void {
  if (exchange.has(Seen.ANSWER_CHUNKED)) return text("\r\nTransfer-Encoding: chunked");
  const isDocument = exchange.resource == Resource.PAGE || exchange.resource == Resource.NETSTAT;
  if (exchange.status == 200 && isDocument) return;
  text("\r\nContent-Length: ");
  decimal(exchange.length);
}

function writeAllow(exchange: Exchange): void {
  text("\r\nAllow: ");
  if (exchange.resource == Resource.ECHO) text("POST");
  else text("GET, HEAD");
}
