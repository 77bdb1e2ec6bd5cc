// CLOSED, RFC 9293 section 3.10.7.1: no such connection. All text is discarded, and anything but a RST draws a RST.

import { Drop } from "../../numbers";
import { replyReset } from "../reply";
import { Segment } from "../segment";
import { dropped } from "./verdict";

export function segmentInClosed(seg: Segment): void {
  replyReset(seg);
  dropped(Drop.NO_CONNECTION);
}
