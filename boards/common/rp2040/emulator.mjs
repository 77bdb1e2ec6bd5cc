// node emulator.mjs IMAGE.uf2 SOCKET: runs a Pico's image in rp2040js, its UART0 on a Unix socket. What the boot ROM does is
// done here: the first 256 octets of flash are checked against their CRC, copied to the end of RAM and jumped to.

import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { RP2040 } from 'rp2040js';

const BOOT2_IN_RAM = 0x20041f00;
const FLASH = 0x10000000;
const CYCLE_NS = 8; // 125 MHz
const SLICE = 20_000; // instructions between looks at the socket

const [image = '', path = ''] = process.argv.slice(2);
const chip = new RP2040();
let started = process.hrtime.bigint();
/** What came from the socket and the UART has not taken yet. */
let arrived = Buffer.alloc(0);

let isResetting = false;

const file = readFileSync(image);
hearReset();
const server = createServer((socket) => {
  server.close();
  chip.uart[0].onByte = (octet) => void socket.write(Uint8Array.of(octet));
  socket.on('data', (octets) => (arrived = Buffer.concat([arrived, octets])));
  socket.on('error', () => {});
  socket.on('close', () => process.exit(0));
  boot();
  void run();
});
server.listen(path);

function load() {
  for (let at = 0; at < file.length; at += 512) {
    chip.flash.set(file.subarray(at + 32, at + 288), file.readUInt32LE(at + 12) - FLASH);
  }
}

/** As the boot ROM starts a Pico, and as a reset starts it again. */
function boot() {
  isResetting = false;
  chip.reset(); // empties the flash as well
  load();
  const stage = chip.flash.subarray(0, 256);
  const stored = new DataView(stage.buffer, stage.byteOffset).getUint32(252, true);
  if (crc32(stage.subarray(0, 252)) !== stored) {
    console.error('The second boot stage has a wrong CRC: a Pico would not start it.');
    process.exit(1);
  }
  chip.sram.set(stage, BOOT2_IN_RAM - 0x20000000);
  chip.core.SP = BOOT2_IN_RAM;
  chip.core.PC = BOOT2_IN_RAM;
}

/** rp2040js knows no reset by software: a write of SYSRESETREQ to AIRCR, with its key. */
function hearReset() {
  const write = chip.ppb.writeUint32.bind(chip.ppb);
  chip.ppb.writeUint32 = (offset, value) => {
    if (offset === 0xd0c && value >>> 16 === 0x05fa && (value & 4) !== 0) isResetting = true;
    else write(offset, value);
  };
}

/** @param {Uint8Array} octets */
function crc32(octets) {
  let crc = 0xffffffff;
  for (const octet of octets) {
    crc ^= octet << 24;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  }
  return crc >>> 0;
}

/** The chip's clock never runs ahead of the wall's: while the chip sleeps, so does this process. */
async function run() {
  started = process.hrtime.bigint();
  for (;;) {
    slice();
    const ahead = chip.clock.nanos - Number(process.hrtime.bigint() - started);
    await sleep(chip.core.waiting && arrived.length === 0 && ahead > 0 ? 1 : 0);
    if (ahead < -1e9) started += BigInt(Math.round(-ahead)); // slower than a Pico: time is lost, not made up for
  }
}

function slice() {
  const { core, clock } = chip;
  for (let i = 0; i < SLICE; i += 1) {
    feed();
    // rp2040js overlooks an interrupt that was pending before WFI.
    if (core.waiting && core.pendingInterrupts & core.enabledInterrupts) core.waiting = false;
    if (core.waiting) return idle();
    clock.tick(core.executeInstruction() * CYCLE_NS);
    if (isResetting) boot();
  }
}

/** Lets the chip's time catch up with the wall's, as far as its next alarm. */
function idle() {
  const behind = Number(process.hrtime.bigint() - started) - chip.clock.nanos;
  if (behind <= 0) return;
  const alarm = chip.clock.nanosToNextAlarm;
  chip.clock.tick(alarm > 0 ? Math.min(alarm, behind) : behind);
}

/** An octet goes in when the UART's FIFO has room: there is no baud rate here. */
function feed() {
  const uart = chip.uart[0];
  if (arrived.length === 0 || uart.rxFIFO.full || !uart.enabled) return;
  uart.feedByte(arrived[0] ?? 0);
  arrived = arrived.subarray(1);
}
