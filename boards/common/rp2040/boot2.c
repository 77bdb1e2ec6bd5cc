/* The second boot stage of an RP2040 (datasheet, 2.8.1.3): the boot ROM copies the first 256 octets of flash to RAM, compares
 * the last four with a CRC of the others, and jumps to the first. They make flash readable as memory, by the slow command
 * that every flash chip knows (0x03), and jump through the vector table behind them. The build fills in the CRC.
 *
 * The code runs where the ROM copied it: it names no address of its own but those of the literals beside it. */

__attribute__((naked, used, section(".boot"))) void boot2(void) {
  __asm__ volatile(
      "  ldr r3, =0x18000000\n"  /* the flash interface, SSI */
      "  movs r0, #0\n"
      "  str r0, [r3, #0x08]\n"  /* off while it is set up */
      "  movs r0, #4\n"
      "  str r0, [r3, #0x14]\n"  /* a quarter of the system's clock */
      "  ldr r0, =0x001F0300\n"  /* frames of 32 bits, read after write */
      "  str r0, [r3, #0x00]\n"
      "  movs r0, #0\n"
      "  str r0, [r3, #0x04]\n"  /* one frame at a time */
      "  ldr r1, =0x180000F4\n"
      "  ldr r0, =0x03000218\n"  /* command 0x03 of 8 bits, an address of 24, each on one line */
      "  str r0, [r1]\n"
      "  movs r0, #1\n"
      "  str r0, [r3, #0x08]\n"
      "  ldr r0, =0x10000100\n"  /* the vector table */
      "  ldr r1, =0xE000ED08\n"
      "  str r0, [r1]\n"
      "  ldmia r0, {r1, r2}\n"
      "  msr msp, r1\n"
      "  bx r2\n"
      "  .pool\n"
      "  .org 252\n"
      "  .word 0xFFFFFFFF\n"); /* the CRC */
}
