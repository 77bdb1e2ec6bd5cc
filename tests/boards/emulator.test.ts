import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { readBoard } from '../../host/board/board.js';
import { startEmulator } from '../../host/board/emulator.js';
import { without } from '../cli/slipway.js';

/** As an emulator does that is not scheduled between the two: the socket's file is there, and nobody listens yet. */
const LATE = `use Socket;
socket(LINE, PF_UNIX, SOCK_STREAM, 0) and bind(LINE, sockaddr_un($ARGV[0])) or die;
sleep 1;
listen(LINE, 1) and accept(PEER, LINE) or die;
sleep 60;`;

test(
  'an emulator is there when it listens, and not already when its socket has a name',
  { skip: process.platform === 'linux' ? without('perl') : 'needs Linux' },
  async (t) => {
    const board = await readBoard('mps2-an385');
    const emulator = { package: 'perl-base', command: ['perl', '-e', LATE, '{socket}'] };
    const running = await startEmulator({ ...board, emulator }, {});
    t.after(() => running.stop());
    const socket = connect(running.link.slice('unix:'.length));
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    socket.destroy();
    assert.ok(running.link.startsWith('unix:'));
  },
);
