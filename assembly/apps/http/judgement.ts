// What a request gets: decided once, when its head is read, in the order in which the checks make sense.

import { starved } from "../../tcp/user-calls/status";
import { measure, measured } from "../writer";
import { Exchange, Method, Resource, Seen } from "./exchange";
import { writeErrorPage } from "./status";

/** Settles the status, how the answer's body is framed, and whether the connection goes on behind it. */
export function judge(exchange: Exchange): void {
  if (exchange.status == 0) exchange.status = statusOf(exchange);
  const isEcho = exchange.status == 200 && exchange.resource == Resource.ECHO;
  const hasBody = exchange.has(Seen.CHUNKED) || exchange.left != 0;
  // A body that nobody wants would have to be read to its end before the next request.
  if (hasBody && !isEcho) exchange.set(Seen.CLOSE);
  if (!exchange.has(Seen.HTTP_1_1) && !exchange.has(Seen.KEEP_ALIVE)) exchange.set(Seen.CLOSE);
  if (starved()) exchange.set(Seen.CLOSE); // another waits for a turn
  frame(exchange);
}

function statusOf(exchange: Exchange): u16 {
  const isNewer = exchange.has(Seen.HTTP_1_1);
  const isHostless = exchange.hosts > 1 || (exchange.hosts == 0 && isNewer); // RFC 9112 section 3.2
  const isAmbiguous = exchange.has(Seen.CHUNKED) && (exchange.has(Seen.LENGTH) || !isNewer); // RFC 9112 section 6.3
  if (isHostless || isAmbiguous) {
    exchange.set(Seen.CLOSE);
    return 400;
  }
  if (exchange.method == Method.OTHER) return 501;
  if (exchange.resource == Resource.NONE) return 404;
  return isAllowed(exchange) ? 200 : 405;
}

function isAllowed(exchange: Exchange): bool {
  if (exchange.resource == Resource.ECHO) return exchange.method == Method.POST;
  return exchange.method == Method.GET || exchange.method == Method.HEAD;
}

function frame(exchange: Exchange): void {
  if (exchange.status != 200) {
    measure();
    writeErrorPage(exchange.status);
    exchange.length = measured();
    return;
  }
  switch (exchange.resource) {
    case Resource.PAGE:
    case Resource.NETSTAT:
      // How long a document will be shows when it is written. A client of HTTP/1.0 sees its end by the FIN.
      exchange.set(exchange.has(Seen.HTTP_1_1) ? Seen.ANSWER_CHUNKED : Seen.CLOSE);
      break;
    case Resource.BYTES:
      exchange.left = exchange.length; // its name said how many
      break;
    case Resource.ECHO:
      if (exchange.has(Seen.CHUNKED)) exchange.set(Seen.ANSWER_CHUNKED);
      else exchange.length = exchange.left;
      break;
    default:
      unreachable(); // a resource that is none was answered by 404
  }
}
