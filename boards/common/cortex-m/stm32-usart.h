#ifndef STM32_USART_H
#define STM32_USART_H

/* After the board has given the USART its clock and pins. */
void stm32_usart_start(void);

#endif
