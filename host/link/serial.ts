import { constants } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import { ReadStream } from 'node:tty';
import type { SerialPort } from 'serialport';
import type { Link } from './link.js';
import { StreamLink } from './stream.js';

/** A serial line: 8 data bits, no parity, one stop bit, as every bootloader and board here has it. */
export interface SerialOptions {
  baud: number;
  /** Hardware flow control. */
  rtscts?: boolean;
}

/** Opens a serial device: a UART, a USB board, or a pty. */
export async function openSerial(path: string, options: SerialOptions): Promise<Link> {
  const packages = await loadSerialPort();
  if (packages !== undefined) return openPort(packages.SerialPort, path, options);
  if (await isPty(path)) return openPty(path);
  throw new Error(`A serial device needs the package serialport; run 'npm install serialport' to open ${path}.`);
}

/** Only those who open a serial line need the package, which brings a compiled part with it. */
async function loadSerialPort(): Promise<typeof import('serialport') | undefined> {
  try {
    return await import('serialport');
  } catch {
    return undefined;
  }
}

async function openPort(Port: typeof SerialPort, path: string, { baud, rtscts = false }: SerialOptions): Promise<Link> {
  const port = new Port({ path, baudRate: baud, rtscts, autoOpen: false });
  await new Promise<void>((resolve, reject) => {
    port.open((error) => {
      if (error === null) resolve();
      else reject(openError(path, error));
    });
  });
  return new SerialLink(`slip:${path}`, port);
}

/** serialport is a stream that must be closed rather than destroyed: only close() gives the device back. */
class SerialLink extends StreamLink {
  #port: SerialPort;

  constructor(name: string, port: SerialPort) {
    super(name, port);
    this.#port = port;
  }

  protected override async shut(): Promise<void> {
    if (!this.#port.isOpen) return;
    await new Promise<void>((resolve) => {
      this.#port.close(() => {
        resolve();
      });
    });
  }
}

/** A pty has no speed and no modem lines, so that Node's own terminal stream serves it. */
async function openPty(path: string): Promise<Link> {
  const handle = await open(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK).catch(
    (error: unknown) => {
      throw openError(path, error as Error);
    },
  );
  // The stream takes a descriptor of its own: the handle may close when it is collected.
  const stream = new ReadStream(handle.fd);
  stream.setRawMode(true);
  stream.once('close', () => {
    handle.close().catch(() => undefined);
  });
  return new StreamLink(`slip:${path}`, stream);
}

async function isPty(path: string): Promise<boolean> {
  const real = await realpath(path).catch(() => path);
  return real.startsWith('/dev/pts/');
}

const ADVICE: readonly (readonly [pattern: RegExp, code: string, advice: string])[] = [
  [/ENOENT|No such file/i, 'ENOENT', 'does not exist; plug the board in, or look for its name in /dev'],
  [
    /EACCES|Permission denied|Access denied/i,
    'EACCES',
    "may not be opened by you; join the group that owns it, often 'dialout'",
  ],
  [/EBUSY|lock|busy/i, 'EBUSY', 'is in use by another program; close that first'],
];

/** One sentence that says what to do; the code stays Node's. */
function openError(path: string, cause: Error): Error {
  const [, code, advice] = ADVICE.find(([pattern]) => pattern.test(cause.message)) ?? [
    undefined,
    'EIO',
    `cannot be opened: ${cause.message}`,
  ];
  return Object.assign(new Error(`The serial device ${path} ${advice}.`, { cause }), { code, syscall: 'open', path });
}
