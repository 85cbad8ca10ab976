// Signals become bytes in a pipe, which the event loop polls beside the keyboard.
#define _GNU_SOURCE
#include "CTerminal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <unistd.h>

static const int caught[] = {SIGINT, SIGTERM, SIGHUP, SIGWINCH, SIGCONT, SIGTSTP};
enum { CAUGHT = sizeof caught / sizeof caught[0] };

static struct sigaction previous[CAUGHT];
static bool replaced[CAUGHT];
static int pipe_ends[2] = {-1, -1};
static atomic_int unread_terminations;

static bool asks_to_end(int number) { return number == SIGTERM || number == SIGHUP; }

// A program too busy to read its pipe must still die when it is asked a second time.
static void end_now(int number) {
  terminal_guard_restore();
  struct sigaction action = {.sa_handler = SIG_DFL};
  sigaction(number, &action, NULL);
  raise(number);
}

static void on_signal(int number) {
  int saved_errno = errno;
  if (asks_to_end(number) && atomic_fetch_add(&unread_terminations, 1) > 0) {
    end_now(number);
  } else {
    unsigned char byte = (unsigned char)number;
    // A full pipe already holds more signals than anybody will look at.
    ssize_t ignored = write(pipe_ends[1], &byte, 1);
    (void)ignored;
  }
  errno = saved_errno;
}

static void set_handler(int number, void (*handler)(int), struct sigaction *old) {
  struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
  sigemptyset(&action.sa_mask);
  sigaction(number, &action, old);
}

int terminal_signals_install(void) {
  if (pipe_ends[0] >= 0) return pipe_ends[0];
  if (pipe2(pipe_ends, O_NONBLOCK | O_CLOEXEC) != 0) return -1;
  for (int i = 0; i < CAUGHT; i++) {
    struct sigaction now;
    sigaction(caught[i], NULL, &now);
    // nohup and a shell's background jobs ignore signals for a reason.
    replaced[i] = now.sa_handler != SIG_IGN;
    if (replaced[i]) set_handler(caught[i], on_signal, &previous[i]);
  }
  return pipe_ends[0];
}

int terminal_signals_descriptor(void) { return pipe_ends[0]; }

int terminal_signals_next(void) {
  unsigned char byte = 0;
  if (pipe_ends[0] < 0 || read(pipe_ends[0], &byte, 1) != 1) return 0;
  if (asks_to_end(byte)) atomic_store(&unread_terminations, 0);
  return byte;
}

void terminal_signals_remove(void) {
  if (pipe_ends[0] < 0) return;
  for (int i = 0; i < CAUGHT; i++) {
    if (replaced[i]) sigaction(caught[i], &previous[i], NULL);
    replaced[i] = false;
  }
  close(pipe_ends[0]);
  close(pipe_ends[1]);
  pipe_ends[0] = pipe_ends[1] = -1;
  atomic_store(&unread_terminations, 0);
}

void terminal_stop_group(void) {
  struct sigaction now;
  sigaction(SIGTSTP, NULL, &now);
  // The shell that started us may have told this job never to stop.
  if (now.sa_handler == SIG_IGN) return;
  struct sigaction stop = {.sa_handler = SIG_DFL};
  sigemptyset(&stop.sa_mask);
  sigaction(SIGTSTP, &stop, NULL);
  kill(0, SIGTSTP);
  sigaction(SIGTSTP, &now, NULL);
}
