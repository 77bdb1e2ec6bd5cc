// Handles and events. A handle is generation << 10 | slot: connections come first, then listeners, then UDP endpoints.
// When a slot is given away its generation grows, so that an old handle is an error and never another's octets.
//
//   0 generation u32 | 4 events u16 | 6 next changed slot + 1 u16, 0xFFFF: last

import { HANDLE_TABLE, HANDLE_OCTETS, HANDLES } from "./memory-map";
import { stack } from "./stack";

const SLOT_BITS: i32 = 10;
const SLOT_MASK: i32 = 1023;
const GENERATION_MASK: u32 = 0x1fffff;
const LAST: u16 = 0xffff;


@unmanaged
class Slot {
  generation: u32;
  events: u16;
  next: u16;
}

// @ts-ignore: decorator
@inline function slotAt(index: i32): Slot {
  return changetype<Slot>(HANDLE_TABLE + <usize>index * HANDLE_OCTETS);
}

/** The handle of a slot, as it stands now. */
export function handleOf(index: i32): i32 {
  return (<i32>(slotAt(index).generation << SLOT_BITS)) | index;
}

/** A fresh handle for a slot that is being given away. */
export function renewHandle(index: i32): i32 {
  const slot = slotAt(index);
  slot.generation = (slot.generation + 1) & GENERATION_MASK;
  if (slot.generation == 0) slot.generation = 1;
  slot.events = 0;
  return handleOf(index);
}

/** The slot's handle is no longer valid. */
export function retireHandle(index: i32): void {
  renewHandle(index);
}

/** The slot of a handle within first .. first + length - 1, or -1. */
// @ts-ignore: decorator
@inline export function slotOf(handle: i32, first: i32, length: i32): i32 {
  const index = handle & SLOT_MASK;
  if (<u32>(index - first) >= <u32>length) return -1;
  return slotAt(index).generation == (<u32>handle) >> SLOT_BITS ? index : -1;
}

/** Adds events to a slot and puts it on the list that changed() walks. */
export function notify(index: i32, events: u32): void {
  if (<u32>index >= <u32>HANDLES) return; // the scratch TCB has no user
  const slot = slotAt(index);
  slot.events |= <u16>events;
  if (slot.next != 0) return;
  slot.next = LAST;
  if (stack.changedLast != 0) slotAt(stack.changedLast - 1).next = <u16>(index + 1);
  else stack.changedFirst = <u16>(index + 1);
  stack.changedLast = <u16>(index + 1);
}

/** A handle that has events, the same until they have been taken; 0: none. */
export function changed(): i32 {
  while (stack.changedFirst != 0) {
    const index = <i32>stack.changedFirst - 1;
    const slot = slotAt(index);
    if (slot.events != 0) return handleOf(index);
    stack.changedFirst = slot.next == LAST ? 0 : slot.next;
    if (stack.changedFirst == 0) stack.changedLast = 0;
    slot.next = 0;
  }
  return 0;
}

/** The slot's events, forgotten once told. */
export function takeEvents(index: i32): i32 {
  const slot = slotAt(index);
  const events = slot.events;
  slot.events = 0;
  return events;
}
