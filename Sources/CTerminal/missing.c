#define _GNU_SOURCE
#include "CTerminal.h"

#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <wchar.h>

int terminal_wcwidth(uint32_t scalar) { return wcwidth((wchar_t)scalar); }

int terminal_eventfd(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }

int terminal_window_size(int descriptor, int *columns, int *rows) {
  struct winsize size;
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0) return -1;
  *columns = size.ws_col;
  *rows = size.ws_row;
  return 0;
}
