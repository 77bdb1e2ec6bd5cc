// lwIP's sources, of Debian's source package: fetched by the package manager into build/, and nowhere else.
import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { BuildError } from '../board/build-error.js';
import { isInstalled } from '../board/toolchain.js';
import { packageRoot } from '../modules.js';

const run = promisify(execFile);

export interface LwipSource {
  /** The folder that holds core/ and include/. */
  folder: string;
  version: string;
}

/** Where it is already, or where it has been fetched to. */
export async function lwipSource(onProgress?: (what: string) => void): Promise<LwipSource> {
  const folder = path.join(packageRoot(), 'build', 'bench', 'lwip');
  const there = unpacked(folder);
  if (there !== undefined) return there;
  if (!isInstalled('apt-get') || !isInstalled('xz')) {
    throw new BuildError(
      'Measuring beside lwIP takes its sources from Debian by apt-get, and unpacks them with xz: run it on Debian, with the package xz-utils.',
    );
  }
  onProgress?.('fetching the source package of lwIP');
  await fetchPackage(folder);
  const fetched = unpacked(folder);
  if (fetched === undefined)
    throw new BuildError('The source package lwip is not what it was: it has no folder src/core.');
  return fetched;
}

function unpacked(folder: string): LwipSource | undefined {
  if (!existsSync(folder)) return undefined;
  const name = readdirSync(folder).find((entry) => existsSync(path.join(folder, entry, 'src', 'core', 'tcp_in.c')));
  if (name === undefined) return undefined;
  return { folder: path.join(folder, name, 'src'), version: name.replace(/^lwip-/, '') };
}

/** With lists of its own, so that the machine's stay as they are; nobody's rights are needed. */
async function fetchPackage(folder: string): Promise<void> {
  const lists = path.join(folder, 'lists');
  await mkdir(path.join(lists, 'partial'), { recursive: true });
  await mkdir(path.join(folder, 'cache', 'archives', 'partial'), { recursive: true });
  const sources = path.join(folder, 'sources.list');
  await writeFile(sources, `${await sourceLine()}\n`);
  const options = Object.entries({
    'Dir::Etc::sourcelist': sources,
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::State::lists': lists,
    'Dir::Cache': path.join(folder, 'cache'),
    'APT::Sandbox::User': 'root',
  }).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  try {
    await run('apt-get', [...options, 'update', '-qq'], { cwd: folder });
    await run('apt-get', [...options, 'source', '-qq', '--download-only', 'lwip'], { cwd: folder });
    const archive = readdirSync(folder).find((name) => /^lwip_.*\.orig\.tar\.\w+$/.test(name)) ?? '';
    await run('tar', ['xf', archive], { cwd: folder });
  } catch (error) {
    const said = ((error as { stderr?: string }).stderr ?? String(error)).trim().split('\n').at(-1) ?? '';
    throw new BuildError(
      `The source package lwip could not be fetched by apt-get (${said.replace(/\.$/, '')}): look at the network.`,
    );
  }
}

/** A line deb-src beside this machine's own line deb. */
async function sourceLine(): Promise<string> {
  const { stdout } = await run('apt-get', [
    'indextargets',
    '--format',
    '$(REPO_URI) $(RELEASE) $(COMPONENT) $(ORIGIN)',
    'Created-By: Packages',
  ]);
  const words = stdout.split('\n').map((line) => line.split(' '));
  const [uri, release, component] = words.find(([, , part, origin]) => part === 'main' && origin === 'Debian') ?? [];
  if (uri === undefined) {
    throw new BuildError(
      "This machine knows no repository of Debian's main component to take lwIP's sources from: run apt-get update.",
    );
  }
  const signed = existsSync(KEYRING) ? `[signed-by=${KEYRING}] ` : '';
  return `deb-src ${signed}${uri} ${release} ${component}`;
}

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
