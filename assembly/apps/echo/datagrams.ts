// The half of echo that answers datagrams: each goes back as it came, from the exchange buffer in which it lies.

import { DATAGRAM } from "../../memory-map";
import { DatagramAt } from "../../numbers";
import { udpOpen, udpReceive, udpSend } from "../../udp/endpoints";


@unmanaged
class Datagrams {
  endpoint: i32;
  port: u32;
}

const datagrams: Datagrams = changetype<Datagrams>(memory.data(offsetof<Datagrams>(), 4));

/** Opens the endpoint; without a free one there is no echo of datagrams. */
export function openDatagrams(port: u32): void {
  datagrams.port = port;
  datagrams.endpoint = udpOpen(0, port);
}

/** Answers what has arrived. A datagram from an echo port would go to and fro for ever, and is thrown away. */
export function echoDatagrams(): void {
  if (datagrams.endpoint < 0) return;
  while (true) {
    const length = udpReceive(datagrams.endpoint);
    if (length < 0) return;
    const port: u32 = load<u16>(DATAGRAM, DatagramAt.REMOTE_PORT);
    if (port == datagrams.port) continue;
    udpSend(datagrams.endpoint, load<u32>(DATAGRAM, DatagramAt.REMOTE_ADDRESS), port, length);
  }
}
