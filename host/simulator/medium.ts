// What is on its way: datagrams (or stretches of a serial line) in the order of their arrival. Slots and heap are used again
// and again, so that a run costs no memory to speak of.
const SLOT = 2048;

export class Travelling {
  readonly octets = Buffer.alloc(SLOT);
  length = 0;
  at = 0;
  order = 0;
  from = 0;
  to = 0;
  /** As it was sent. */
  isIntact = true;
}

export class Medium {
  readonly #heap: Travelling[] = [];
  readonly #free: Travelling[] = [];
  #order = 0;

  get isEmpty(): boolean {
    return this.#heap.length === 0;
  }

  /** When the next arrives; Infinity: nothing is on its way. */
  get nextAt(): number {
    return this.#heap[0]?.at ?? Infinity;
  }

  /** Forgets what is on its way. */
  clear(): void {
    this.#free.push(...this.#heap);
    this.#heap.length = 0;
    this.#order = 0;
  }

  /** A slot to fill; nothing happens before send(). */
  take(): Travelling {
    return this.#free.pop() ?? new Travelling();
  }

  /** Among those that arrive at the same time the first sent is the first. */
  send(travelling: Travelling, at: number): void {
    travelling.at = at;
    travelling.order = this.#order++;
    const heap = this.#heap;
    let place = heap.length;
    heap.push(travelling);
    while (place > 0) {
      const above = (place - 1) >> 1;
      if (!comesBefore(travelling, heap[above] as Travelling)) break;
      heap[place] = heap[above] as Travelling;
      place = above;
    }
    heap[place] = travelling;
  }

  /** The next that arrives; call giveBack when it has been read. */
  receive(): Travelling {
    const heap = this.#heap;
    const first = heap[0] as Travelling;
    const last = heap.pop() as Travelling;
    if (heap.length === 0) return first;
    let place = 0;
    for (let below = 1; below < heap.length; below = 2 * place + 1) {
      const other = below + 1;
      const least =
        other < heap.length && comesBefore(heap[other] as Travelling, heap[below] as Travelling) ? other : below;
      if (!comesBefore(heap[least] as Travelling, last)) break;
      heap[place] = heap[least] as Travelling;
      place = least;
    }
    heap[place] = last;
    return first;
  }

  giveBack(travelling: Travelling): void {
    this.#free.push(travelling);
  }
}

function comesBefore(a: Travelling, b: Travelling): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
