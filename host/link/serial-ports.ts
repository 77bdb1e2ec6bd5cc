// Which serial ports there are. On Linux /sys says all of it, without udevadm, whose absence brings serialport's list down.
import { accessSync, constants, readdirSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';

export interface SerialPortInfo {
  /** /dev/ttyACM0. */
  path: string;
  /** On a USB cable, as boards are. */
  isUsb: boolean;
  manufacturer?: string;
  product?: string;
  /** Four hexadecimal digits. */
  vendorId?: string;
  productId?: string;
  serialNumber?: string;
  /** Whether this user may open it. */
  isAllowed: boolean;
}

/** Ports that a board may be behind, USB first. */
export async function listSerialPorts(): Promise<SerialPortInfo[]> {
  const ports = process.platform === 'linux' ? linuxPorts('/sys/class/tty', '/dev') : await otherPorts();
  return ports.sort(
    (one, other) =>
      Number(other.isUsb) - Number(one.isUsb) || one.path.localeCompare(other.path, 'en', { numeric: true }),
  );
}

/** Exported for its test, which has a /sys of its own. */
export function linuxPorts(classFolder: string, devices: string): SerialPortInfo[] {
  return namesIn(classFolder).flatMap((name) => {
    const device = realPath(path.join(classFolder, name, 'device'));
    // Consoles and ptys have no device; of the sixteen addresses of a PC's UARTs most have none behind them: type 0.
    if (device === undefined || read(path.join(classFolder, name, 'type')) === '0') return [];
    const file = path.join(devices, name);
    return [{ path: file, ...usbOf(device), isAllowed: isAllowed(file) }];
  });
}

/** The USB device above the port, a few folders up. */
function usbOf(device: string): Omit<SerialPortInfo, 'path' | 'isAllowed'> {
  for (let folder = device, depth = 0; depth < 6; folder = path.dirname(folder), depth += 1) {
    const vendorId = read(path.join(folder, 'idVendor'));
    if (vendorId === undefined) continue;
    const facts = {
      vendorId,
      productId: read(path.join(folder, 'idProduct')),
      manufacturer: read(path.join(folder, 'manufacturer')),
      product: read(path.join(folder, 'product')),
      serialNumber: read(path.join(folder, 'serial')),
    };
    const known = Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
    return { isUsb: true, ...known };
  }
  return { isUsb: false };
}

async function otherPorts(): Promise<SerialPortInfo[]> {
  const packages = await import('serialport').catch(() => undefined);
  const ports = (await packages?.SerialPort.list()) ?? [];
  return ports.map(({ path: file, manufacturer, vendorId, productId, serialNumber }) => ({
    path: file,
    isUsb: vendorId !== undefined,
    ...(manufacturer !== undefined && { manufacturer }),
    ...(vendorId !== undefined && { vendorId }),
    ...(productId !== undefined && { productId }),
    ...(serialNumber !== undefined && { serialNumber }),
    isAllowed: true,
  }));
}

export function isAllowed(file: string): boolean {
  try {
    accessSync(file, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Who has a device open, as far as this user may see: the process and its number. Linux only. */
export function holdersOf(file: string, processes = '/proc'): { pid: number; command: string }[] {
  const wanted = realPath(file) ?? file;
  return namesIn(processes).flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    const folder = path.join(processes, name, 'fd');
    const holds = namesIn(folder).some((descriptor) => realPath(path.join(folder, descriptor)) === wanted);
    return holds ? [{ pid: Number(name), command: read(path.join(processes, name, 'comm')) ?? '?' }] : [];
  });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
}

function realPath(file: string): string | undefined {
  try {
    return realpathSync(file);
  } catch {
    return undefined;
  }
}
