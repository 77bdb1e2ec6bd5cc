// Serial ports, what is wrong with them, and what is typed to mend it; and completion, which is made from the commands.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, openSync, closeSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, test } from 'node:test';
import { findingLine, machineFindings, portFinding } from '../../host/cli/doctor.js';
import { checkLine, findSpeed, isGarbage } from '../../host/cli/line-check.js';
import { portLine } from '../../host/cli/serial-ports.js';
import { loadBoard, pair, RealClock, secretFrom, Station, type Link } from '../../host/index.js';
import { holdersOf, linuxPorts, type SerialPortInfo } from '../../host/link/serial-ports.js';
import { build, folder, slipway, start, without } from '../cli/slipway.js';
import { until } from '../host/links.js';

before(build);

describe('ports', () => {
  test('from /sys: USB devices with their names, UARTs that are there, and neither consoles nor empty addresses', (t) => {
    const place = folder(t);
    const [tty, dev, usb] = [path.join(place, 'tty'), path.join(place, 'dev'), path.join(place, 'usb/1-2')];
    for (const name of [dev, `${usb}/1-2:1.0`, `${place}/pnp`]) mkdirSync(name, { recursive: true });
    const files = {
      idVendor: '0483\n',
      idProduct: '374b\n',
      manufacturer: 'STMicroelectronics\n',
      product: 'ST-LINK/V2.1\n',
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(usb, name), text);
    const port = (name: string, device: string | undefined, type?: string): void => {
      mkdirSync(path.join(tty, name), { recursive: true });
      if (device !== undefined) symlinkSync(device, path.join(tty, name, 'device'));
      if (type !== undefined) writeFileSync(path.join(tty, name, 'type'), `${type}\n`);
      writeFileSync(path.join(dev, name), '');
    };
    port('ttyACM0', `${usb}/1-2:1.0`);
    port('ttyS0', `${place}/pnp`, '4');
    port('ttyS1', `${place}/pnp`, '0');
    port('tty1', undefined);
    const ports = linuxPorts(tty, dev).sort((one, other) => one.path.localeCompare(other.path));
    assert.deepEqual(ports, [
      {
        path: path.join(dev, 'ttyACM0'),
        isUsb: true,
        vendorId: '0483',
        productId: '374b',
        manufacturer: 'STMicroelectronics',
        product: 'ST-LINK/V2.1',
        isAllowed: true,
      },
      { path: path.join(dev, 'ttyS0'), isUsb: false, isAllowed: true },
    ]);
    assert.deepEqual(linuxPorts(path.join(place, 'nowhere'), dev), []);
  });

  test('who has a file open is found by name and number', (t) => {
    const file = path.join(folder(t), 'ttyACM0');
    writeFileSync(file, '');
    assert.deepEqual(holdersOf(file), []);
    const descriptor = openSync(file, 'r');
    const holders = holdersOf(file);
    closeSync(descriptor);
    assert.deepEqual(
      holders.map(({ pid }) => pid),
      [process.pid],
    );
    assert.deepEqual(holdersOf(file), []);
  });

  test('the command prints a line for each, and says so when there is none', () => {
    const { status, stdout, stderr } = slipway(['ports']);
    assert.equal(status, 0);
    if (stdout === '') assert.match(stderr, /^There is no serial port; plug a board in, or type 'slipway doctor'\.\n$/);
    for (const line of slipway(['ports', '--json'])
      .stdout.split('\n')
      .filter((text) => text !== ''))
      assert.equal(typeof (JSON.parse(line) as SerialPortInfo).path, 'string');
  });
});

const PORT: SerialPortInfo = {
  path: '/dev/ttyACM0',
  isUsb: true,
  vendorId: '0483',
  productId: '374b',
  product: 'ST-LINK',
  isAllowed: true,
};

describe('what the doctor says', () => {
  test('of a port: free, not allowed, in use, being probed; each with what to type', () => {
    const says = (port: SerialPortInfo, command?: string): string =>
      findingLine(portFinding(port, command === undefined ? [] : [{ pid: 812, command }]), false);
    assert.equal(says(PORT), 'good  /dev/ttyACM0 ST-LINK is free.');
    assert.match(
      says({ ...PORT, isAllowed: false }),
      /^bad {3}.* may not be opened by you: type 'sudo usermod -a -G dialout \$USER'/,
    );
    assert.match(says(PORT, 'minicom'), /^note {2}.* is in use by minicom: end that first, such as by 'kill 812'/);
    assert.match(
      says(PORT, 'ModemManager'),
      /^bad {3}.* probed by ModemManager: type 'sudo systemctl disable --now ModemManager'/,
    );
    assert.equal(portLine(PORT, []), '/dev/ttyACM0    0483:374b  ST-LINK  free');
  });

  test('of the machine: an old Node, and udevadm that is missing', () => {
    const [old] = machineFindings('v18.19.0', () => true);
    assert.deepEqual([old?.state, old?.mend], ['bad', 'install 20.19 or later from nodejs.org']);
    assert.deepEqual(
      [machineFindings('v20.19.0', () => true)[0]?.state, machineFindings('v24.0.0', () => true)[0]?.state],
      ['good', 'good'],
    );
    const missing = machineFindings('v22.0.0', () => false).find(({ what }) => what.startsWith('udevadm'));
    assert.equal(
      process.platform === 'linux' ? missing?.mend : undefined,
      process.platform === 'linux' ? "type 'sudo apt install udev'" : undefined,
    );
    assert.equal(
      machineFindings('v22.0.0', () => true).some(({ what }) => what.startsWith('udevadm')),
      false,
    );
  });

  test('of a line that carries garbage: at which speed the board answers', async () => {
    const clock = new RealClock();
    const tried: number[] = [];
    const openAt = async (baud: number): Promise<Link> => {
      tried.push(baud);
      const [near, far] = pair(clock);
      if (baud === 57_600) {
        const module = await loadBoard('echo');
        const board = await Station.create({ module, link: far, clock, address: '192.168.7.2', secret: secretFrom(1) });
        board.driver.start();
      } else {
        // A board's words at the wrong speed.
        far.attach({
          receive: () => far.send(Uint8Array.of(0xe0, 0x1c, 0xc0, 0x7f, 0x00, 0xfc)),
          drain: () => undefined,
          closed: () => undefined,
        });
      }
      return near;
    };
    const wrong = await checkLine(() => openAt(115_200));
    assert.deepEqual([isGarbage(wrong), wrong.pingMs], [true, undefined]);
    assert.equal(await findSpeed(openAt, 115_200), 57_600);
    assert.deepEqual(tried, [115_200, 9600, 57_600]);
    const right = await checkLine(() => openAt(57_600));
    assert.equal(isGarbage(right), false);
    assert.ok(right.pingMs !== undefined && right.goodFrames > 0);
  });

  test(
    'of a board on a pty: that it answers; of a device that is not there: what to do',
    { skip: without('socat') },
    async (t) => {
      const names = ['board', 'laptop'].map((name) => path.join(folder(t), name)) as [string, string];
      const socat = spawn(
        'socat',
        names.map((name) => `pty,raw,echo=0,link=${name}`),
        { stdio: 'ignore' },
      );
      t.after(() => socat.kill());
      await until(() => names.every((name) => existsSync(name)), 'socat makes its ptys');
      const board = start(t, ['board', '--link', `slip:${names[0]}`]);
      await board.says(/The board runs http/);
      const { status, stdout } = slipway(['doctor', '--link', `slip:${names[1]}`]);
      assert.match(stdout, /^good {2}Node v\d/);
      assert.match(stdout, /good {2}The board at slip:.* answers in [\d.]+ ms\.\n$/);
      assert.equal(status, 0);
      const gone = slipway(['doctor', '--json', '--link', 'slip:/dev/not-there']);
      assert.equal(gone.status, 1);
      assert.match(
        gone.stdout,
        /\{"state":"bad","what":"The serial device \/dev\/not-there does not exist; plug the board in, [^"]+"\}\n$/,
      );
    },
  );
});

test('--link auto without a board says so, in one sentence', () => {
  const { status, stderr } = slipway(['ping', '--link', 'auto', '--count', '1']);
  assert.equal(status, 1);
  assert.match(
    stderr,
    /^(No board is plugged in; 'slipway doctor' says what stands in the way|Several boards are there, [^\n]+|[^\n]+)\.\n$/,
  );
});

describe('completion', () => {
  test('bash offers commands, the options of the one that was typed, and those of a command within a command', () => {
    const script = slipway(['completion', 'bash']).stdout;
    const offers = (...words: string[]): string[] => {
      const typed = words.map((word) => `'${word}'`).join(' ');
      const probe = `${script}\nCOMP_WORDS=(slipway ${typed}); COMP_CWORD=${words.length}; _slipway; printf '%s\\n' "\${COMPREPLY[@]}"`;
      return spawnSync('bash', ['-c', probe], { encoding: 'utf8' }).stdout.trim().split('\n');
    };
    assert.deepEqual(offers('netst'), ['netstat']);
    assert.ok(offers('').includes('up') && !offers('').includes('extcap'));
    assert.deepEqual(offers('up', '--al'), ['--allow', '--all']);
    assert.deepEqual(offers('up', '--link', 'emulated:', '--udp'), ['--udp-forward']);
    assert.deepEqual(offers('wireshark', 'un'), ['uninstall']);
    assert.deepEqual(offers('wireshark', 'install', '--fo'), ['--folder']);
  });

  test('zsh and fish get every command; another shell is misuse', () => {
    const names = ['demo', 'up', 'netstat', 'capture', 'doctor', 'completion'];
    const zsh = slipway(['completion', 'zsh']).stdout;
    assert.match(zsh, /^#compdef slipway\n/);
    const fish = slipway(['completion', 'fish']).stdout;
    for (const name of names) {
      assert.ok(zsh.includes(`'${name}:`), name);
      assert.match(fish, new RegExp(`-n '__fish_use_subcommand' -f -a ${name} -d '`));
    }
    assert.match(fish, /-n '__fish_seen_subcommand_from up' -l allow -d '/);
    for (const line of fish.trim().split('\n').slice(1)) assert.equal((line.match(/'/g) ?? []).length, 4, line);
    assert.equal(slipway(['completion', 'csh']).status, 2);
  });
});
