/* How lwIP is built to be measured: IPv4, ICMP, UDP, TCP and reassembly, no threads, fixed pools, nothing of debugging. Where
 * lwIP has a choice, it is the faster one. Windows follow the profile that lwIP is held against. */
#ifndef LWIPOPTS_H
#define LWIPOPTS_H

#define NO_SYS 1
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_NETCONN 0
#define LWIP_SOCKET 0
#define LWIP_ARP 0
#define LWIP_ETHERNET 0
#define LWIP_IPV6 0
#define LWIP_DHCP 0
#define LWIP_DNS 0
#define LWIP_RAW 0
#define LWIP_STATS 0
#define LWIP_SUPPORT_CUSTOM_PBUF 1

#define MEM_ALIGNMENT 8
#define MEM_SIZE (MEASURED_CONNECTIONS * 16384)
#define MEMP_NUM_TCP_PCB (MEASURED_CONNECTIONS + 4)
#define MEMP_NUM_TCP_SEG (MEASURED_CONNECTIONS * 4 + MEASURED_WINDOW / 536)
#define MEMP_NUM_PBUF (MEMP_NUM_TCP_SEG * 2)
#define PBUF_POOL_SIZE 16

#define TCP_MSS 1460
#if MEASURED_WINDOW > 65535
#define LWIP_WND_SCALE 1
#define TCP_RCV_SCALE 2
#endif
#define TCP_WND MEASURED_WINDOW
#define TCP_SND_BUF MEASURED_WINDOW
#define TCP_SND_QUEUELEN (4 * TCP_SND_BUF / TCP_MSS)
#define TCP_SNDLOWAT TCP_MSS
#define TCP_LISTEN_BACKLOG 0
/* Datagrams come in the driver's own buffer and not in the pool that the window is held against. */
#define LWIP_DISABLE_TCP_SANITY_CHECKS 1

#ifndef LWIP_CHKSUM_ALGORITHM
#define LWIP_CHKSUM_ALGORITHM 2
#endif

#endif
