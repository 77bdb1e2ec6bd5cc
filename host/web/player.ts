// Plays a world: the page's time against the scenario's. Slower than real time by default, so that an eye can follow, and
// quicker where nothing happens.
import type { World } from '../scenarios/world.js';

export const SPEEDS = [0.1, 0.2, 0.5, 1] as const;
/** A wait lasts no longer than this on the page, ms, when waits are shortened. */
const WAIT_ON_PAGE_MS = 1400;
/** A tab that was in the background does not catch up. */
const LONGEST_FRAME_MS = 100;

export class Player {
  speed: number = SPEEDS[0];
  shortensWaits = true;
  /** Told after each frame in which something may have changed. */
  onChange: () => void = () => undefined;
  /** Told behind each event, for those who keep samples. */
  onStep: (world: World) => void = () => undefined;

  #world: World | undefined;
  #isPlaying = false;
  /** It was asked to play: whatever comes to its end goes on when a hand sets it going again. */
  #isWanted = false;
  #last = 0;
  /** The wait that is being shortened: until when, and how much quicker it passes. */
  #wait = { until: -1, factor: 1 };

  get world(): World | undefined {
    return this.#world;
  }

  get isPlaying(): boolean {
    return this.#isPlaying;
  }

  load(world: World): void {
    this.#world = world;
    this.#wait = { until: -1, factor: 1 };
  }

  /** A hand has reached in: what had come to its end while it played goes on. */
  resume(): void {
    if (this.#isWanted) this.play();
  }

  play(): void {
    this.#isWanted = true;
    if (this.#isPlaying || this.#world?.isOver === true) return;
    this.#isPlaying = true;
    this.#last = performance.now();
    requestAnimationFrame((at) => this.#frame(at));
    this.onChange();
  }

  pause(): void {
    this.#isPlaying = this.#isWanted = false;
    this.onChange();
  }

  /** To the next thing that can be seen: a segment, an arrival, a state, an act. */
  step(): void {
    this.pause();
    const world = this.#world;
    if (world === undefined) return;
    const before = visible(world);
    while (visible(world) === before && this.#stepOnce(world));
    this.onChange();
  }

  toEnd(): void {
    this.pause();
    const world = this.#world;
    world?.run(() => {
      this.onStep(world);
      return false;
    });
    this.onChange();
  }

  #frame(at: number): void {
    if (!this.#isPlaying || this.#world === undefined) return;
    const passed = Math.min(LONGEST_FRAME_MS, Math.max(0, at - this.#last));
    this.#last = at;
    this.#advance(this.#world, passed);
    if (this.#world.isOver) this.#isPlaying = false;
    this.onChange();
    if (this.#isPlaying) requestAnimationFrame((next) => this.#frame(next));
  }

  /** Spends a frame's time, each stretch of it at its own pace. */
  #advance(world: World, passed: number): void {
    let left = passed;
    while (left > 0) {
      const { next } = world;
      if (next === undefined) return;
      const pace = this.speed * this.#factor(world, next);
      const needed = (next - world.now) / pace;
      if (needed > left) return world.advance(world.now + left * pace);
      left -= needed;
      this.#stepOnce(world);
    }
  }

  #stepOnce(world: World): boolean {
    const isMoved = world.step();
    this.onStep(world);
    return isMoved;
  }

  #factor(world: World, next: number): number {
    if (!this.shortensWaits || !world.isQuiet) return 1;
    if (this.#wait.until !== next) {
      const onPage = (next - world.now) / this.speed;
      this.#wait = { until: next, factor: Math.max(1, onPage / WAIT_ON_PAGE_MS) };
    }
    return this.#wait.factor;
  }
}

function visible(world: World): string {
  let arrivals = 0;
  for (const passage of world.passages) arrivals += passage.arrivals.length;
  return [world.passages.length, arrivals, world.transitions.length, world.deeds.length].join();
}
