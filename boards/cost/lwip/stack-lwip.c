/* lwIP as a stack to be measured, through its raw interface: the way with the least work. What arrives is handed in where
 * the driver has it, without a copy; the program takes the text out into its own ring, as it must before the driver's
 * buffer is used again; what it writes stays where it is until it has been acknowledged. A segment that leaves is gathered
 * into one datagram, as a line needs it. */

#include <string.h>
#include "../stack.h"
#include "lwip/init.h"
#include "lwip/netif.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/tcp.h"
#include "lwip/timeouts.h"

#define ADDRESS 0xC0A80702u
#define PEER 0xC0A80701u
#define MASK 0xFFFFFF00u
#define PORT 7
#define MTU 1500
#define DATAGRAMS 256

static struct netif line;
static struct tcp_pcb *listener, *connection;
static struct pbuf_custom arrived;
static uint8_t rx[MTU + 4] __attribute__((aligned(8)));
static uint8_t leaving[DATAGRAMS][MTU + 4] __attribute__((aligned(8)));
static uint32_t lengths[DATAGRAMS], given, left;
static uint8_t ring[MEASURED_WINDOW + MTU], text[MEASURED_WINDOW + MTU];
static uint32_t ringAt, consumed, isPatient;
static uint32_t clock, noise = 1, own = ADDRESS;

u32_t sys_now(void) {
  return clock;
}

uint32_t measured_random(void) {
  return noise = noise * 1664525u + 1013904223u;
}

static err_t send_datagram(struct netif* to, struct pbuf* datagram, const ip4_addr_t* next) {
  (void)to;
  (void)next;
  if (given == left) given = left = 0;
  if (left == DATAGRAMS) return ERR_BUF;
  uint8_t* at = leaving[left];
  lengths[left++] = datagram->tot_len;
  for (; datagram; datagram = datagram->next) {
    memcpy(at, datagram->payload, datagram->len);
    at += datagram->len;
  }
  return ERR_OK;
}

static err_t set_up_line(struct netif* one) {
  one->name[0] = one->name[1] = 'm';
  one->mtu = MTU;
  one->output = send_datagram;
  one->flags = NETIF_FLAG_LINK_UP;
  return ERR_OK;
}

static err_t on_text(void* user, struct tcp_pcb* pcb, struct pbuf* given_text, err_t error) {
  (void)user;
  (void)error;
  if (given_text == NULL) return ERR_OK;
  const uint32_t octets = given_text->tot_len;
  for (const struct pbuf* piece = given_text; piece; piece = piece->next) {
    memcpy(ring + ringAt, piece->payload, piece->len);
    ringAt += piece->len;
  }
  if (ringAt >= MEASURED_WINDOW) ringAt = 0;
  consumed += octets;
  pbuf_free(given_text);
  tcp_recved(pcb, (u16_t)octets);
  if (!isPatient) tcp_ack_now(pcb);
  return ERR_OK;
}

static void on_end(void* user, err_t error) {
  (void)user;
  (void)error;
  connection = NULL;
}

static err_t on_connection(void* user, struct tcp_pcb* pcb, err_t error) {
  (void)user;
  (void)error;
  connection = pcb;
  tcp_recv(pcb, on_text);
  tcp_err(pcb, on_end);
  return ERR_OK;
}

static void forget_connections(void) {
  while (tcp_active_pcbs) tcp_abort(tcp_active_pcbs);
  while (tcp_tw_pcbs) tcp_abort(tcp_tw_pcbs);
  if (listener) tcp_close(listener);
  listener = connection = NULL;
}

void stack_start(uint32_t now) {
  const ip4_addr_t address = {lwip_htonl(own)}, mask = {PP_HTONL(MASK)}, gateway = {PP_HTONL(PEER)};
  clock = now;
  if (line.output == NULL) {
    lwip_init();
    netif_add(&line, &address, &mask, &gateway, NULL, set_up_line, ip4_input);
    netif_set_default(&line);
    netif_set_up(&line);
  }
  forget_connections();
  listener = tcp_new();
  tcp_bind(listener, IP4_ADDR_ANY, PORT);
  listener = tcp_listen(listener);
  tcp_accept(listener, on_connection);
  given = left = ringAt = consumed = 0;
}

uint8_t* stack_rx(void) {
  return rx;
}

/* The first place is used again once all has been given: whoever takes one datagram at a time finds each there. */
uint8_t* stack_tx(void) {
  return leaving[given ? given - 1 : 0];
}

static void no_longer_needed(struct pbuf* datagram) {
  (void)datagram;
}

void stack_hear(uint32_t length, uint32_t now) {
  clock = now;
  arrived.custom_free_function = no_longer_needed;
  struct pbuf* const datagram = pbuf_alloced_custom(PBUF_RAW, (u16_t)length, PBUF_REF, &arrived, rx, sizeof rx);
  if (line.input(datagram, &line) != ERR_OK) pbuf_free(datagram);
}

/* The program consumes in on_text, within the same call. */
void stack_take(uint32_t length, uint32_t now) {
  stack_hear(length, now);
}

uint32_t stack_give(uint32_t now) {
  clock = now;
  return given == left ? 0 : lengths[given++];
}

void stack_accept(void) {
}

uint32_t stack_write(uint32_t octets) {
  const u16_t room = tcp_sndbuf(connection) > 0xFFFF ? 0xFFFF : (u16_t)tcp_sndbuf(connection);
  const u16_t some = octets < room ? (u16_t)octets : room;
  if (some == 0 || tcp_write(connection, text, some, 0) != ERR_OK) return 0;
  tcp_output(connection);
  return some;
}

void stack_close(void) {
  tcp_recv(connection, NULL);
  tcp_close(connection);
}

void stack_abort(void) {
  if (connection) tcp_abort(connection);
}

uint32_t stack_consumed(void) {
  return consumed;
}

/* For bulk between two of them, before the start: which end this one is. ACKs then come as lwIP gives them by itself. */
void stack_be(uint32_t address) {
  own = address;
  isPatient = 1;
}

static err_t on_connected(void* user, struct tcp_pcb* pcb, err_t error) {
  return on_connection(user, pcb, error);
}

void stack_open(void) {
  const ip4_addr_t to = {PP_HTONL(PEER)};
  struct tcp_pcb* const pcb = tcp_new();
  tcp_connect(pcb, &to, PORT, on_connected);
}

void stack_check_timers(uint32_t now) {
  clock = now;
  sys_check_timeouts();
}
