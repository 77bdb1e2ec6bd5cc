// What waits in a connection's rings, from its InfoAt record.

import { InfoAt, State } from "../../numbers";

/** Octets queued, sent or not, that the peer has not acknowledged. */
export function sendQueue(at: usize): u32 {
  return load<u32>(at, InfoAt.SND_END) - load<u32>(at, InfoAt.SND_UNA);
}

/** Octets in sequence that the application has not read. */
export function receiveQueue(at: usize): u32 {
  const octets = load<u32>(at, InfoAt.RCV_NXT) - load<u32>(at, InfoAt.RCV_READ);
  return octets != 0 && hasFin(load<u8>(at, InfoAt.STATE)) ? octets - 1 : octets; // the FIN counts in RCV.NXT
}

function hasFin(state: i32): bool {
  switch (state) {
    case State.CLOSE_WAIT:
    case State.CLOSING:
    case State.LAST_ACK:
    case State.TIME_WAIT:
      return true;
    case State.CLOSED:
    case State.LISTEN:
    case State.SYN_SENT:
    case State.SYN_RECEIVED:
    case State.ESTABLISHED:
    case State.FIN_WAIT_1:
    case State.FIN_WAIT_2:
      return false;
    default:
      return unreachable(); // the RFC has eleven
  }
}
