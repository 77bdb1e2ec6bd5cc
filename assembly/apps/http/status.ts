// Status codes and their reasons, RFC 9110 section 15.

import { decimal, put, text } from "../writer";

export function writeStatus(status: u16): void {
  decimal(status);
  put(0x20);
  switch (status) {
    case 200:
      text("OK");
      break;
    case 400:
      text("Bad Request");
      break;
    case 404:
      text("Not Found");
      break;
    case 405:
      text("Method Not Allowed");
      break;
    case 408:
      text("Request Timeout");
      break;
    case 413:
      text("Content Too Large");
      break;
    case 414:
      text("URI Too Long");
      break;
    case 431:
      text("Request Header Fields Too Large");
      break;
    case 501:
      text("Not Implemented");
      break;
    case 505:
      text("HTTP Version Not Supported");
      break;
    default:
      unreachable(); // no other is ever decided
  }
}

/** The body of an answer that is not 200. */
export function writeErrorPage(status: u16): void {
  writeStatus(status);
  put(0x0a);
}
