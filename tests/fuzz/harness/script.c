/* The script: the fuzzer's octets, read from the front as a list of acts. */
#include "harness.h"

static const uint8_t* at;
static const uint8_t* end;

bool isOver(void) {
  return at == end;
}

uint8_t octet(void) {
  return at < end ? *at++ : 0;
}

uint16_t half(void) {
  const uint16_t high = octet();
  return (uint16_t)(high << 8 | octet());
}

uint32_t word(void) {
  const uint32_t high = half();
  return high << 16 | half();
}

size_t rest(uint8_t* to, size_t most) {
  const size_t left = (size_t)(end - at);
  const size_t taken = left < most ? left : most;
  memcpy(to, at, taken);
  at += taken;
  return taken;
}

static void wait(void) {
  const uint8_t how = octet();
  pass((uint32_t)(how & 31) << (how >> 5) * 3);
}

static void doNext(void) {
  const uint8_t what = octet();
  switch (what & 15) {
    case 0:
    case 1:
    case 2:
    case 3:
      return sendSegment();
    case 4:
      return sendHandshake();
    case 5:
      return wait();
    case 6:
      return sendRaw(what & 16);
    case 7:
      return sendUdp();
    case 8:
      return sendIcmp();
    case 9:
      return sendEcho();
    case 10:
      return cutNext();
    case 11:
    case 12:
    case 13:
      return act(what >> 4);
    case 14:
#ifdef FUZZ_CALLS
      return callWrongly();
#endif
    default:
      if (isSerial) sendNoise();
      else drain();
  }
}

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  at = data;
  end = data + size;
  startWorld();
  while (!isOver()) doNext();
  endWorld();
  return 0;
}
