// Where control sockets lie: a folder of the user's own that nobody else may enter.
import { lstatSync, mkdirSync, realpathSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';

/** The folder, made if it is not there. Throws when somebody else could look into it, or has put it there. */
export function controlFolder(): string {
  const folder = folderName();
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { uid, mode } = lstatSync(folder);
  const isOurs = process.getuid === undefined || (uid === process.getuid() && (mode & 0o077) === 0);
  if (!lstatSync(folder).isDirectory() || !isOurs)
    throw new Error(`The folder ${folder} is open to others; remove it, or name another with SLIPWAY_RUNTIME_DIR.`);
  return folder;
}

function folderName(): string {
  const { SLIPWAY_RUNTIME_DIR, XDG_RUNTIME_DIR } = process.env;
  if (SLIPWAY_RUNTIME_DIR !== undefined && SLIPWAY_RUNTIME_DIR !== '') return SLIPWAY_RUNTIME_DIR;
  if (XDG_RUNTIME_DIR !== undefined && XDG_RUNTIME_DIR !== '') return path.join(XDG_RUNTIME_DIR, 'slipway');
  return path.join(tmpdir(), `slipway-${String(userInfo().uid)}`);
}

const SUFFIX = '.sock';
/** A UNIX socket's whole path has 104 octets on some systems. */
const NAME_MAX = 32;
let count = 0;

/** A name for one link of this process; people who list the folder see which is which. */
export function newSocketPath(link: string): string {
  const slug = link
    .replace(/\?.*/s, '')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .slice(-NAME_MAX)
    .replace(/^-|-$/g, '');
  count += 1;
  return path.join(controlFolder(), `${slug}-${String(process.pid)}-${String(count)}${SUFFIX}`);
}

export function isSocketName(name: string): boolean {
  return name.endsWith(SUFFIX);
}

/** One link by whatever name: without options, a device by its own name and not by that of a link to it. */
export function canonicalLink(link: string): string {
  const [, scheme = '', target = ''] = /^([a-z]+):([^?]*)/.exec(link) ?? [];
  if (scheme === 'slip') return `slip:${realPath(target)}`;
  if (scheme === 'unix') return `unix:${path.resolve(target)}`;
  return scheme === '' ? link : `${scheme}:${target}`;
}

function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}
