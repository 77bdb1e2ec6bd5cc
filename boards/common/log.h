/* Log text shares the cable with the packets: slipmux, a SLIP frame whose first octet is 0x0A. */
#ifndef LOG_H
#define LOG_H

/* Sends one line made of `parts`, ended by a null pointer. Waits until all of it is queued, so it is for the first moment
 * and the last one, not for the time between. */
void log_line(const char* const* parts);

#endif
