// A runtime whose allocator is a compile error. The compiler reaches for these functions whenever a program uses `new`,
// a typed array, an array literal, a string that is built or a closure; their bodies are compiled only when something
// calls them, so a program that allocates does not compile, and one that does not allocate carries none of this.
// They stand in the global scope because the compiler looks them up there by these names.

// @ts-ignore: decorator
@global export function __new(size: usize, id: u32): usize {
  ERROR("The core never allocates: `new`, arrays, strings that are built and closures have no place in assembly/.");
  return 0;
}

// @ts-ignore: decorator
@global export function __renew(address: usize, size: usize): usize {
  ERROR("The core never allocates: an array or a string would grow here.");
  return 0;
}

// @ts-ignore: decorator
@global export function __alloc(size: usize): usize {
  ERROR("The core never allocates: __alloc() was called.");
  return 0;
}

// @ts-ignore: decorator
@global export function __realloc(address: usize, size: usize): usize {
  ERROR("The core never allocates: __realloc() was called.");
  return 0;
}

// @ts-ignore: decorator
@global export function __free(address: usize): void {
  ERROR("The core never allocates, so there is nothing to free.");
}

// @ts-ignore: decorator
@global export function __reset(): void {
  ERROR("The core never allocates, so there is no heap to reset.");
}

// Nothing managed can exist here, but the compiler asks for these by name as soon as a program mentions a managed type.

// @ts-ignore: decorator
@global export function __link(parent: usize, child: usize, expectMultiple: bool): void {}

// @ts-ignore: decorator
@global export function __collect(): void {}

// @ts-ignore: decorator
@global export function __visit(address: usize, cookie: u32): void {}

// @ts-ignore: decorator
@global export function __pin(address: usize): usize {
  return address;
}

// @ts-ignore: decorator
@global export function __unpin(address: usize): void {}
