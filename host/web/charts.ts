// cwnd, ssthresh, flight, SRTT and RTO over time, at the laptop's end.
import uPlot from 'uplot';
import type { World } from '../scenarios/world.js';
import { el } from './dom.js';
import { say } from './words.js';

/** An unset ssthresh is very large: it would flatten everything else. */
const SSTHRESH_MAX = 60_000;
const HEIGHT = 132;
const POINTS_MAX = 4000;

interface Series {
  label: string;
  colour: string;
  dash?: number[];
}

const WINDOWS: readonly Series[] = [
  { label: 'cwnd', colour: '--laptop' },
  { label: 'ssthresh', colour: '--muted', dash: [5, 4] },
  { label: 'flight', colour: '--board' },
];
const TIMES: readonly Series[] = [
  { label: 'SRTT', colour: '--laptop' },
  { label: 'RTO', colour: '--muted', dash: [5, 4] },
];

export class ChartsView {
  readonly element = el('section', { class: 'panel charts' });
  readonly #heading = el('h2');
  readonly #hosts = [el('div', { class: 'chart' }), el('div', { class: 'chart' })] as const;
  #plots: uPlot[] = [];
  #windows: (number | null)[][] = [[], [], [], []];
  #times: (number | null)[][] = [[], [], []];
  #seen = -1;
  #drawn = -1;

  constructor() {
    this.element.append(this.#heading, ...this.#hosts);
    new ResizeObserver(() => this.#resize()).observe(this.element);
  }

  reset(): void {
    this.#windows = [[], [], [], []];
    this.#times = [[], [], []];
    this.#seen = this.#drawn = -1;
    this.#make();
  }

  /** Colours or words have changed. */
  restyle(): void {
    this.#make();
    this.#redraw();
  }

  /** Draws the samples there are. */
  update(world: World): void {
    this.sample(world);
    if (this.#drawn === this.#seen) return;
    this.#drawn = this.#seen;
    this.#redraw();
  }

  /** Takes a sample whenever time has moved. */
  sample(world: World): void {
    if (world.now === this.#seen) return;
    this.#seen = world.now;
    const info = world.laptop.info();
    const seconds = world.now / 1000;
    // A connection in TIME-WAIT sends nothing more: four minutes of nothing would press the rest together.
    if (info === undefined || info.cwnd === 0) return;
    const ssthresh = info.ssthresh > SSTHRESH_MAX ? null : info.ssthresh;
    this.#push(this.#windows, [seconds, info.cwnd, ssthresh, info.inFlight]);
    this.#push(this.#times, [seconds, info.srtt, info.rto]);
  }

  #push(columns: (number | null)[][], row: (number | null)[]): void {
    for (const [at, value] of row.entries()) {
      const column = columns[at];
      column?.push(value);
      if ((column?.length ?? 0) > POINTS_MAX) column?.shift();
    }
  }

  #redraw(): void {
    for (const [at, plot] of this.#plots.entries())
      plot.setData((at === 0 ? this.#windows : this.#times) as uPlot.AlignedData);
  }

  #make(): void {
    this.#heading.textContent = say('charts');
    for (const plot of this.#plots) plot.destroy();
    const style = getComputedStyle(document.documentElement);
    const colour = (name: string): string => style.getPropertyValue(name).trim();
    const width = Math.max(200, this.element.clientWidth - 34);
    const axis = {
      stroke: colour('--muted'),
      grid: { stroke: colour('--line'), width: 1 },
      ticks: { show: false },
      font: '11px system-ui',
    };
    this.#plots = ([WINDOWS, TIMES] as const).map((series, at) => {
      const host = this.#hosts[at === 0 ? 0 : 1];
      host.setAttribute('role', 'img');
      host.setAttribute('aria-label', series.map(({ label }) => label).join(', '));
      return new uPlot(
        {
          width,
          height: HEIGHT,
          cursor: { show: false },
          scales: { x: { time: false } },
          axes: [
            { ...axis, size: 22 },
            { ...axis, size: 46 },
          ],
          series: [
            { label: 's' },
            ...series.map(({ label, colour: name, dash }) => ({
              label: at === 0 ? label : `${label} (ms)`,
              stroke: colour(name),
              width: 1.5,
              points: { show: false },
              ...(dash !== undefined && { dash }),
            })),
          ],
          legend: { live: false },
        },
        (at === 0 ? this.#windows : this.#times) as uPlot.AlignedData,
        host,
      );
    });
  }

  #resize(): void {
    const width = Math.max(200, this.element.clientWidth - 34);
    for (const plot of this.#plots) if (plot.width !== width) plot.setSize({ width, height: HEIGHT });
  }
}
