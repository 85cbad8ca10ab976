// Gives the terminal back when the program dies. Everything reachable from a handler
// uses only functions that POSIX lists as async-signal-safe.
#define _GNU_SOURCE
#include "CTerminal.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

// Crashes first, then the other ways in which a signal ends a program unasked.
static const int fatal[] = {SIGSEGV, SIGBUS,  SIGILL,  SIGFPE, SIGABRT, SIGTRAP, SIGSYS,
                            SIGQUIT, SIGPIPE, SIGXCPU, SIGXFSZ, SIGALRM, SIGUSR1, SIGUSR2};
enum { FATAL = sizeof fatal / sizeof fatal[0], HANDLER_STACK = 64 * 1024 };

static struct sigaction previous[FATAL];
static bool replaced[FATAL];
static bool installed;
static bool exit_hook_set;
// Asked for by name, the Swift backtracer gets the crash; otherwise it would sit at a
// prompt of its own on a terminal that the user wants back.
static bool chain_to_previous;
static struct termios modes_at_start;
static atomic_bool have_modes;
static char reset_bytes[1024];
static atomic_size_t reset_length;

static void write_all(int descriptor, const char *bytes, size_t length) {
  while (length > 0) {
    ssize_t written = write(descriptor, bytes, length);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    bytes += written;
    length -= (size_t)written;
  }
}

void terminal_guard_restore_modes(void) {
  if (!atomic_load(&have_modes)) return;
  // Changing the modes from the background would stop us; a dying program must not be stopped.
  sigset_t background, before;
  sigemptyset(&background);
  sigaddset(&background, SIGTTOU);
  pthread_sigmask(SIG_BLOCK, &background, &before);
  tcsetattr(STDIN_FILENO, TCSANOW, &modes_at_start);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void terminal_guard_restore(void) {
  size_t length = atomic_exchange(&reset_length, 0);
  if (length > 0) {
    write_all(STDOUT_FILENO, reset_bytes, length);
    terminal_guard_restore_modes();
  }
  terminal_stderr_release();
}

static void on_crash(int number, siginfo_t *info, void *context) {
  (void)context;
  int saved_errno = errno;
  terminal_guard_restore();
  struct sigaction next = {.sa_handler = SIG_DFL};
  if (chain_to_previous) {
    for (int i = 0; i < FATAL; i++) {
      if (fatal[i] == number) next = previous[i];
    }
  }
  sigaction(number, &next, NULL);
  // A faulting instruction runs again when we return and faults for the next handler.
  // A signal that was sent, and a trap (which continues behind itself), do not.
  if (info->si_code <= 0 || number == SIGTRAP || number == SIGABRT) raise(number);
  errno = saved_errno;
}

void terminal_guard_protect_thread(void) {
  static _Thread_local char *stack;
  if (stack != NULL) return;
  stack = malloc(HANDLER_STACK);
  if (stack == NULL) return;
  stack_t description = {.ss_sp = stack, .ss_size = HANDLER_STACK};
  sigaltstack(&description, NULL);
}

int terminal_guard_install(void) {
  if (installed) return 0;
  if (isatty(STDIN_FILENO)) {
    if (tcgetattr(STDIN_FILENO, &modes_at_start) != 0) return -1;
    atomic_store(&have_modes, true);
  }
  chain_to_previous = getenv("SWIFT_BACKTRACE") != NULL;
  terminal_guard_protect_thread();
  for (int i = 0; i < FATAL; i++) {
    struct sigaction action = {.sa_sigaction = on_crash, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigfillset(&action.sa_mask);
    // A second fault inside the handler must kill, not wait for ever.
    for (int j = 0; j < FATAL; j++) sigdelset(&action.sa_mask, fatal[j]);
    sigaction(fatal[i], NULL, &previous[i]);
    // nohup and the like ignore signals for a reason.
    replaced[i] = previous[i].sa_handler != SIG_IGN;
    if (replaced[i]) sigaction(fatal[i], &action, NULL);
  }
  if (!exit_hook_set) exit_hook_set = atexit(terminal_guard_restore) == 0;
  installed = true;
  return 0;
}

void terminal_guard_remove(void) {
  if (!installed) return;
  for (int i = 0; i < FATAL; i++) {
    if (replaced[i]) sigaction(fatal[i], &previous[i], NULL);
  }
  installed = false;
}

void terminal_guard_set_reset(const char *bytes, size_t length) {
  // Emptied first: a crash in the middle of the copy must not write half of it.
  atomic_store(&reset_length, 0);
  if (length > sizeof reset_bytes) length = sizeof reset_bytes;
  if (length > 0) memcpy(reset_bytes, bytes, length);
  atomic_store(&reset_length, length);
}
