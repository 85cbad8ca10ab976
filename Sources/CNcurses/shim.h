// What Swift needs from ncurses: the wide-character API, kept on the main actor,
// and small functions for the macros that Swift cannot import.
#ifndef CNCURSES_SHIM_H
#define CNCURSES_SHIM_H

// Without this curses.h hides every function that draws a wide character.
#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <stdio.h>
#include <stdlib.h>
#include <term.h>

#define CURSES_ON_MAIN_ACTOR __attribute__((swift_attr("@MainActor")))

// ncurses keeps its state in globals, so a call from another thread must not compile.
extern WINDOW *stdscr CURSES_ON_MAIN_ACTOR;
extern WINDOW *curscr CURSES_ON_MAIN_ACTOR;
extern WINDOW *newscr CURSES_ON_MAIN_ACTOR;
extern TERMINAL *cur_term CURSES_ON_MAIN_ACTOR;
extern int COLORS CURSES_ON_MAIN_ACTOR;
extern int COLOR_PAIRS CURSES_ON_MAIN_ACTOR;
extern int LINES CURSES_ON_MAIN_ACTOR;
extern int COLS CURSES_ON_MAIN_ACTOR;

// newterm() needs C's streams, which Swift refuses as unprotected globals.
CURSES_ON_MAIN_ACTOR static inline SCREEN *curses_start(const char *name) {
  return newterm(name, stdout, stdin);
}

// A screen that nobody sees, so that tests can read what would be on it.
CURSES_ON_MAIN_ACTOR static inline SCREEN *curses_start_unseen(const char *name) {
  FILE *output = fopen("/dev/null", "w");
  FILE *input = fopen("/dev/null", "r");
  return output == NULL || input == NULL ? NULL : newterm(name, output, input);
}

// 1 known, 0 unknown or too generic, -1 no terminfo database.
CURSES_ON_MAIN_ACTOR static inline int curses_terminal_status(const char *name) {
  int status = 0;
  setupterm(name, 1, &status);
  return status;
}

// Forgets what curses_terminal_status() loaded.
CURSES_ON_MAIN_ACTOR static inline void curses_forget_terminal(void) {
  if (cur_term != NULL) del_curterm(cur_term);
}

// tigetstr() answers (char *)-1 for a name that is not a string capability.
CURSES_ON_MAIN_ACTOR static inline const char *curses_capability(const char *name) {
  char *value = tigetstr((NCURSES_CONST char *)name);
  return value == (char *)-1 ? NULL : value;
}

static inline attr_t curses_bold(void) { return WA_BOLD; }
static inline attr_t curses_dim(void) { return WA_DIM; }
static inline attr_t curses_underline(void) { return WA_UNDERLINE; }
static inline attr_t curses_reverse(void) { return WA_REVERSE; }

// Puts one glyph (a base character and its combining marks, ended by 0) into the screen.
// The pair goes through `opts`, because the `short` argument cannot hold pairs above 32767.
CURSES_ON_MAIN_ACTOR static inline void curses_put(
    int row, int column, const wchar_t *glyph, attr_t attributes, int pair) {
  cchar_t cell;
  if (setcchar(&cell, glyph, attributes, 0, &pair) == OK) {
    // The bottom right corner answers ERR, because the cursor cannot move on; the cell is drawn.
    (void)mvwadd_wch(stdscr, row, column, &cell);
  }
}

#endif
