/* A fuzzer's run: one stack, a script of acts read from the fuzzer's octets, and what must hold whatever they are.
 *
 *   script.c       the script: octets -> acts                      world.c    the stack, its clock, what goes in
 *   segments.c     what a peer sends: segments                     leaving.c  what comes out, checked to the octet
 *   datagrams.c    ... and everything else, whole and in pieces    user.c     the user's calls, right ones
 *   wrong-calls.c  the user's calls, wrong ones                    line.c     octets of a serial line
 *
 * Every octet of text has a value that follows from its connection and its sequence number (`textOf`): an octet that comes
 * out at a wrong place, or on a connection that is not its own, is found at once.
 */
#ifndef HARNESS_H
#define HARNESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "slipway_abi.h"

/* 192.0.2.1 and 192.0.2.2: addresses for documentation (RFC 5737). What comes from other addresses carries any text. */
#define OURS 0xc0000201u
#define PEER 0xc0000202u
#define STRANGER 0xc00002c8u

#define PORT 7u
#define SHORT_PORT 8u /* its listener takes one connection at a time */
#define PEER_PORT 40000u
#define PEERS 8u

enum { IPV4_HEADER = 20, TCP_HEADER = 20, UDP_HEADER = 8, ICMP_HEADER = 8, DATAGRAM_MOST = 2048 };

/* ---- script.c */

/* The next octets of the script; zeros behind its end. */
uint8_t octet(void);
uint16_t half(void);
uint32_t word(void);
bool isOver(void);
/* As many octets as are left and fit. */
size_t rest(uint8_t* to, size_t most);

/* ---- world.c */

typedef enum { TEXT_IN, TEXT_OUT, UDP_IN, UDP_OUT, ECHO } Stream;

extern uint32_t now;
/* What the link carries, as it was configured. */
extern uint32_t linkMtu;
extern bool isSerial;

void startWorld(void);
/* A datagram arrives, over the line if the target is one. */
void give(const uint8_t* datagram, size_t length);
/* Everything that is due leaves. */
void drain(void);
/* Time passes, and what falls due in it leaves. */
void pass(uint32_t ms);
/* Everybody lets go, time passes, and every slot must have come back. */
void endWorld(void);
/* The invariant is broken: the fuzzer keeps the script. */
_Noreturn void fail(const char* sentence, uint32_t is, uint32_t shouldBe);
void check(bool isTrue, const char* sentence);
/* Prints a datagram when FUZZ_TELL is set: what led to a finding. */
void tell(const char* way, const uint8_t* octets, size_t length);
/* Octets that nobody may read until they are given back. */
void forbid(uint32_t address, uint32_t octets);
void allow(uint32_t address, uint32_t octets);

/* The octet of a stream at a place: of a connection by its key, of UDP by the peer's port, of an echo by its identifier. */
uint8_t textOf(Stream stream, uint32_t key, uint32_t place);
uint32_t keyOf(uint32_t peerPort, uint32_t localPort);

/* Big-endian fields of datagrams, and the fields of an info record. */
uint32_t load16(const uint8_t* at);
uint32_t load32(const uint8_t* at);
void store16(uint8_t* at, uint32_t value);
void store32(uint8_t* at, uint32_t value);
uint32_t infoWord(uint32_t at, uint32_t field);
uint32_t infoHalf(uint32_t at, uint32_t field);
uint32_t infoOctet(uint32_t at, uint32_t field);

/* The info record of the peer's connection; 0: there is none. */
uint32_t recordOf(uint32_t peerPort, uint32_t localPort);

/* ---- segments.c */

void sendSegment(void);
void sendHandshake(void);

/* ---- datagrams.c */

uint32_t sumOf(const uint8_t* octets, size_t length, uint32_t start);
uint16_t complementOf(uint32_t sum);
void writeIpv4(uint8_t* to, uint32_t protocol, uint32_t source, size_t length);
/* The checksum of a segment or a UDP datagram, the field being zero. */
uint16_t checksumOf(const uint8_t* datagram, size_t length);
/* Gives a datagram, in pieces if the script has asked for them. */
void dispatch(uint8_t* datagram, size_t length);
void sendRaw(bool isMended);
void sendUdp(void);
void sendEcho(void);
void sendIcmp(void);
/* The next datagram goes in pieces. */
void cutNext(void);
void forgetCut(void);

/* ---- leaving.c */

/* What the peer at a port has heard last: the next sequence number, the ACK, the timestamp. */
typedef struct {
  uint32_t next, ack, stamp, localPort;
} Heard;

extern Heard heard[PEERS];
extern uint8_t lastOut[DATAGRAM_MOST];
extern size_t lastOutLength;

/* Checks the datagram of so many octets at tx. */
void checkLeaving(size_t length);
void forgetHeard(void);

/* ---- user.c */

typedef enum { NOTHING, LISTENER, CONNECTION, UDP_ENDPOINT } Kind;

typedef struct {
  int32_t handle;
  Kind kind;
  /* Of a connection with the peer: its text has its values by rule. 0: of a stranger's. */
  uint32_t key;
} Held;

enum { HELD_MOST = 16, STALE_MOST = 16 };
extern Held held[HELD_MOST];
extern int32_t stale[STALE_MOST];

void startUser(void);
void act(uint8_t which);
void letGoOfAll(void);
/* The last tickets of a listener that asks before it answers. */
enum { TICKETS = 4 };
extern int32_t tickets[TICKETS];
/* The handle is a live one: what it is of. */
Kind kindOf(int32_t handle);

/* ---- wrong-calls.c */

void callWrongly(void);

/* ---- line.c */

/* Octets arrive over the serial line, in pieces as the script wants; what comes back is read as frames. */
void giveLine(const uint8_t* octets, size_t length);
void giveFrame(const uint8_t* datagram, size_t length);
void sendNoise(void);
void drainLine(void);
void startLine(void);

#endif
