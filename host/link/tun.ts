import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { LinkEnd } from './link-end.js';
import type { Link } from './link.js';
import { type TunDevice, attachDevice, configureDevice } from './tun-device.js';

/** A network device of the Linux kernel that carries IPv4 datagrams to and from this program. */
export interface TunOptions {
  /** Its name; '' lets the kernel choose. */
  device?: string;
  /** The kernel's own address on it; without it the device stays as it was prepared. */
  address?: string | undefined;
  /** The address at our end of it. */
  peer?: string | undefined;
  mtu?: number;
}

/** Opens a TUN device: needs Linux, the package koffi, and root or a device prepared for this user. */
export async function openTun({ device = '', address, peer, mtu = 1500 }: TunOptions = {}): Promise<Link> {
  if (process.platform !== 'linux') throw new Error('A TUN device needs Linux; use a serial or an emulated link here.');
  const descriptor = openClone();
  try {
    const tun = await attachDevice(descriptor, device);
    if (address !== undefined) configureDevice(tun, address, peer, mtu);
    return new TunLink(tun, descriptor, mtu);
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

function openClone(): number {
  try {
    return openSync('/dev/net/tun', constants.O_RDWR | constants.O_NONBLOCK);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const advice =
      code === 'ENOENT'
        ? "is missing; load it with 'modprobe tun'"
        : 'may not be opened by you; run as root or prepare a device';
    throw Object.assign(new Error(`/dev/net/tun ${advice}.`, { cause }), { code });
  }
}

class TunLink extends LinkEnd {
  #descriptor: number;
  #reader: Socket;

  constructor(device: TunDevice, descriptor: number, mtu: number) {
    super('datagrams', `tun:${device.name}`, mtu);
    this.#descriptor = descriptor;
    this.stats['refused'] = 0;
    this.#reader = readDatagrams(descriptor, mtu, (datagram) => {
      // The kernel also speaks IPv6 on a new device: router solicitations that are nobody's here.
      if ((datagram[0] ?? 0) >>> 4 === 4) this.deliver(datagram);
    });
    this.#reader.on('error', (error) => {
      this.gone(error);
    });
    this.#reader.on('close', () => {
      this.gone(new Error(`The device ${device.name} is gone.`));
    });
  }

  get hasRoom(): boolean {
    return !this.isClosed;
  }

  /** One write is one datagram. A stream would join what waits, so that the descriptor is written to directly. */
  protected write(datagram: Uint8Array): void {
    try {
      writeSync(this.#descriptor, datagram);
    } catch (error) {
      // The kernel's queue is full, or the device is down: lost, as on any wire.
      this.stats['refused'] = (this.stats['refused'] ?? 0) + 1;
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'EAGAIN' && code !== 'EIO' && code !== 'EINVAL' && code !== 'ENOBUFS') this.gone(error as Error);
    }
  }

  protected override async shut(): Promise<void> {
    if (this.#reader.destroyed) return;
    await new Promise<void>((resolve) => {
      this.#reader.once('close', resolve);
      this.#reader.destroy();
    });
  }
}

interface PipeHandle {
  open(descriptor: number): number;
}

/**
 * Reads one datagram at a time. Node guesses wrongly what the descriptor is, and blocking reads would keep the process from
 * ending, so that it is given a pipe's handle, which polls, reads, and closes the descriptor.
 */
function readDatagrams(descriptor: number, mtu: number, onDatagram: (datagram: Uint8Array) => void): Socket {
  const binding = (
    process as unknown as {
      binding(name: string): { Pipe: new (type: number) => PipeHandle; constants: { SOCKET: number } };
    }
  ).binding('pipe_wrap');
  const handle = new binding.Pipe(binding.constants.SOCKET);
  handle.open(descriptor);
  const buffer = new Uint8Array(mtu);
  const options = {
    handle,
    readable: true,
    writable: false,
    onread: {
      buffer,
      callback: (length: number): boolean => {
        onDatagram(buffer.subarray(0, length));
        return true;
      },
    },
  };
  const reader = new Socket(options);
  reader.resume();
  return reader;
}
