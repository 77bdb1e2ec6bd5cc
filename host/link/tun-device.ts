import { parseAddress } from '../address.js';

/** A device that this program is attached to. */
export interface TunDevice {
  name: string;
  libc: Libc;
}

interface Libc {
  ioctl(descriptor: number, request: number, argument: Uint8Array): number;
  socket(): number;
  close(descriptor: number): number;
  errno(): number;
}

/** Requests of ioctl(2) and flags, from linux/if_tun.h, linux/sockios.h and linux/if.h. */
const TUNSETIFF = 0x400454ca;
const IFF_TUN_WITHOUT_HEADER = 0x1001;
const SIOCGIFFLAGS = 0x8913;
const SIOCSIFFLAGS = 0x8914;
const SIOCSIFADDR = 0x8916;
const SIOCSIFDSTADDR = 0x8918;
const SIOCSIFNETMASK = 0x891c;
const SIOCSIFMTU = 0x8922;
const IFF_UP_AND_RUNNING = 0x41;

const EPERM = 1;
const EBUSY = 16;

/** struct ifreq: a name of 16 octets, then a union of 24. */
const IFREQ = { octets: 40, nameOctets: 16, value: 16 };

/** Turns a descriptor of /dev/net/tun into a device's. */
export async function attachDevice(descriptor: number, device: string): Promise<TunDevice> {
  const libc = await loadLibc();
  const request = ifreq(device);
  request.writeUInt16LE(IFF_TUN_WITHOUT_HEADER, IFREQ.value);
  if (libc.ioctl(descriptor, TUNSETIFF, request) < 0) {
    const what = device === '' ? 'A new network device' : `The network device ${device}`;
    const errno = libc.errno();
    if (errno === EPERM)
      throw failure(
        `${what} needs root; run as root, or have it prepared: ip tuntap add ${device || 'slip0'} mode tun user $USER`,
        'EPERM',
      );
    if (errno === EBUSY) throw failure(`${what} is in use by another program; choose another name`, 'EBUSY');
    throw failure(`${what} cannot be made (errno ${String(errno)}); choose another name`, 'EINVAL');
  }
  const end = request.indexOf(0);
  return { name: request.toString('latin1', 0, Math.min(end, IFREQ.nameOctets)), libc };
}

/** Gives the device the kernel's address, the address at our end, an MTU, and takes it up. */
export function configureDevice(
  { name, libc }: TunDevice,
  address: string,
  peer: string | undefined,
  mtu: number,
): void {
  const socket = libc.socket();
  const ask = (request: number, what: string, fill: (ifr: Buffer) => void): Buffer => {
    const ifr = ifreq(name);
    fill(ifr);
    if (libc.ioctl(socket, request, ifr) >= 0) return ifr;
    throw failure(
      `The ${what} of ${name} cannot be set (errno ${String(libc.errno())}); run as root, or prepare the device and give no address`,
      'EPERM',
    );
  };
  try {
    ask(SIOCSIFADDR, 'address', (ifr) => {
      socketAddress(ifr, address);
    });
    if (peer !== undefined) {
      ask(SIOCSIFDSTADDR, 'peer', (ifr) => {
        socketAddress(ifr, peer);
      });
      ask(SIOCSIFNETMASK, 'netmask', (ifr) => {
        socketAddress(ifr, '255.255.255.255');
      });
    }
    ask(SIOCSIFMTU, 'MTU', (ifr) => {
      ifr.writeInt32LE(mtu, IFREQ.value);
    });
    const flags = ask(SIOCGIFFLAGS, 'state', () => undefined).readUInt16LE(IFREQ.value);
    ask(SIOCSIFFLAGS, 'state', (ifr) => {
      ifr.writeUInt16LE(flags | IFF_UP_AND_RUNNING, IFREQ.value);
    });
  } finally {
    libc.close(socket);
  }
}

/** koffi calls the C library without a compiled addon of ours; only those who open a TUN device need it. */
async function loadLibc(): Promise<Libc> {
  const { default: koffi } = await import('koffi').catch((cause: unknown) => {
    throw new Error("A TUN device needs the package koffi; run 'npm install koffi'.", { cause });
  });
  const library = koffi.load('libc.so.6');
  const ioctl = library.func(
    'int ioctl(int descriptor, unsigned long request, _Inout_ uint8_t *argument)',
  ) as Libc['ioctl'];
  const socket = library.func('int socket(int domain, int type, int protocol)') as (
    domain: number,
    type: number,
    protocol: number,
  ) => number;
  const close = library.func('int close(int descriptor)') as Libc['close'];
  // AF_INET, SOCK_DGRAM: any socket will do to ask for a device by name.
  return { ioctl, close, socket: () => socket(2, 2, 0), errno: () => koffi.errno() };
}

function ifreq(name: string): Buffer {
  const request = Buffer.alloc(IFREQ.octets);
  request.write(name, 0, IFREQ.nameOctets - 1, 'latin1');
  return request;
}

/** struct sockaddr_in, with AF_INET and no port. */
function socketAddress(request: Buffer, address: string): void {
  request.writeUInt16LE(2, IFREQ.value);
  request.writeUInt32BE(parseAddress(address), IFREQ.value + 4);
}

function failure(sentence: string, code: string): Error {
  return Object.assign(new Error(`${sentence}.`), { code });
}
