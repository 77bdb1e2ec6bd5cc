// The reporter of npm test: Node's own, and before its closing lines what was left out and why.

import { Transform } from 'node:stream';
import { spec } from 'node:test/reporters';

export default class Reporter extends Transform {
  // Its methods are asked directly: piping would lose which line comes before which.
  #nodes = new spec();
  /** @type {string[]} */
  #leftOut = [];
  #isClosing = false;

  constructor() {
    super({ writableObjectMode: true });
  }

  /**
   * @override
   * @param {{ type: string, data: any }} event
   * @param {BufferEncoding} encoding
   * @param {import('node:stream').TransformCallback} callback
   */
  _transform(event, encoding, callback) {
    const { type, data } = event;
    if ((type === 'test:pass' || type === 'test:fail') && data.skip !== undefined) this.#leftOut.push(reason(data));
    if (type === 'test:diagnostic' && !this.#isClosing && data.nesting === 0 && /^tests \d+$/.test(data.message)) {
      this.#isClosing = true;
      this.push(this.#summary());
    }
    this.#nodes._transform(event, encoding, callback);
  }

  /**
   * @override
   * @param {import('node:stream').TransformCallback} callback
   */
  _flush(callback) {
    this.#nodes._flush(callback);
  }

  #summary() {
    if (this.#leftOut.length === 0) return '\nNothing was left out.\n';
    const mustNot = process.env.SLIPWAY_REQUIRE_ALL === '1';
    if (mustNot) process.exitCode = 1;
    const title = mustNot ? 'Left out, although SLIPWAY_REQUIRE_ALL=1 asks for all of it' : 'Left out';
    return `\n${title}:\n${this.#leftOut.map((line) => `  ${line}\n`).join('')}`;
  }
}

/** @param {{ name: string, skip: string | boolean }} data */
function reason({ name, skip }) {
  return typeof skip === 'string' && skip !== '' ? `${name}: ${skip}` : name;
}
