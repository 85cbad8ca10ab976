// The few things a terminal program must say in C: code that runs inside signal
// handlers, and glibc functions that Swift's Glibc module does not import.
#ifndef CTERMINAL_H
#define CTERMINAL_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// --- Signals as bytes in a pipe (signals.c) ---

// Installs the handlers and returns the pipe's reading end, or -1 with errno set.
int terminal_signals_install(void);
// The pipe's reading end, or -1 when nothing is installed.
int terminal_signals_descriptor(void);
// The next signal number, or 0 when none is waiting.
int terminal_signals_next(void);
void terminal_signals_remove(void);
// Stops the whole process group as Ctrl-Z does; returns when it is continued.
void terminal_stop_group(void);

// --- The terminal given back whatever happens (crash_guard.c) ---

// Remembers the terminal's modes and catches crashes; 0, or -1 with errno set.
int terminal_guard_install(void);
void terminal_guard_remove(void);
// The bytes that undo the screen: leave the alternate screen, show the cursor, and so on.
// A length of 0 says that no screen is up.
void terminal_guard_set_reset(const char *bytes, size_t length);
// Writes those bytes, restores the modes, replays standard error; async-signal-safe.
void terminal_guard_restore(void);
// Restores only the modes that were found at the start; async-signal-safe.
void terminal_guard_restore_modes(void);
// Gives the calling thread a stack of its own for handlers, so that a stack overflow is caught.
void terminal_guard_protect_thread(void);

// --- Standard error kept off the screen (stderr_capture.c) ---

// Sends standard error to an unlinked file, when it is a terminal; 0, or -1 with errno set.
int terminal_stderr_capture(void);
// Gives standard error back and replays the file on it; async-signal-safe, does its work once.
void terminal_stderr_release(void);

// --- Not imported from Glibc (missing.c) ---

int terminal_wcwidth(uint32_t scalar);
int terminal_eventfd(void);
// The window's size in cells; 0, or -1 with errno set.
int terminal_window_size(int descriptor, int *columns, int *rows);

#endif
