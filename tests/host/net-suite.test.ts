// What the documentation of node:net promises, asked of node:net itself on loopback and of Slipway over an emulated link: the
// same tests, the same answers. What differs nevertheless is in docs/net.md, each with its test.
import { after, before, describe } from 'node:test';
import { connecting } from './net-suite/connecting.js';
import { ending } from './net-suite/ending.js';
import { errors } from './net-suite/errors.js';
import { flow } from './net-suite/flow.js';
import { idle } from './net-suite/idle.js';
import { listeningSuite } from './net-suite/listening.js';
import { names } from './net-suite/names.js';
import { serving } from './net-suite/serving.js';
import { settings } from './net-suite/settings.js';
import { streams } from './net-suite/streams.js';
import { text } from './net-suite/text.js';
import { type World, kernel, slipway } from './net-suite/world.js';

const SUBJECTS: Record<string, (world: World) => void> = {
  connecting,
  names,
  ending,
  errors,
  idle,
  flow,
  streams,
  text,
  settings,
  listening: listeningSuite,
  serving,
};

for (const world of [kernel, slipway()]) {
  describe(world.name, { timeout: 240_000 }, () => {
    before(world.begin);
    after(world.end);
    for (const [subject, suite] of Object.entries(SUBJECTS)) describe(subject, () => suite(world));
  });
}
