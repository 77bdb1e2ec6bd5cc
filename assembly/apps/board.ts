// What an application knows of the board that it runs on. The firmware or the host may write a name and a build id into
// these two buffers before start(), which does not touch them.

import { plain, put, text } from "./writer";

// The build id of a module that nobody named: the source it was made from.
// @ts-ignore: SLIPWAY_BUILD exists only where --use defines it
const SOURCE: u32 = isDefined(SLIPWAY_BUILD) ? <u32>SLIPWAY_BUILD : 0;

const NAME_OCTETS: i32 = 16;
const BUILD_OCTETS: i32 = 16;

/** The board's name: printable ASCII, zeros behind it. Empty: "emulated". */
export const name: usize = memory.data(NAME_OCTETS, 8);
export const nameOctets: i32 = NAME_OCTETS;
/** The module's build id: the first 16 hexadecimal digits of its SHA-256, say. Empty: the sources' own, of eight digits. */
export const build: usize = memory.data(BUILD_OCTETS, 8);
export const buildOctets: i32 = BUILD_OCTETS;

//   0 last u32 | 4 seconds u32 | 8 milliseconds u32
@unmanaged
class Uptime {
  last: u32;
  seconds: u32;
  milliseconds: u32;
}

const uptime: Uptime = changetype<Uptime>(memory.data(offsetof<Uptime>(), 4));

/** The stack has started. */
export function startUptime(now: u32): void {
  uptime.last = now;
  uptime.seconds = 0;
  uptime.milliseconds = 0;
}

/** Keeps count: `now` wraps after 49 days, the uptime after 136 years. */
export function keepUptime(now: u32): void {
  uptime.milliseconds += now - uptime.last;
  uptime.last = now;
  uptime.seconds += uptime.milliseconds / 1000;
  uptime.milliseconds %= 1000;
}

export function uptimeSeconds(): u32 {
  return uptime.seconds;
}

export function uptimeMilliseconds(): u32 {
  return uptime.milliseconds;
}

export function writeName(): void {
  if (load<u8>(name) == 0) text("emulated");
  else plain(name, NAME_OCTETS);
}

export function writeBuild(): void {
  if (load<u8>(build) != 0) {
    plain(build, BUILD_OCTETS);
    return;
  }
  for (let shift = 28; shift >= 0; shift -= 4) {
    const digit = (SOURCE >> shift) & 15;
    put(digit < 10 ? 0x30 + digit : 0x57 + digit);
  }
}
