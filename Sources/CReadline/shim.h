// GNU readline for Swift: its globals are kept on the main actor.
#ifndef CREADLINE_SHIM_H
#define CREADLINE_SHIM_H

// readline.h uses FILE without including its header.
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <readline/readline.h>
#include <readline/history.h>

#define READLINE_ON_MAIN_ACTOR __attribute__((swift_attr("@MainActor")))

extern const char *rl_readline_name READLINE_ON_MAIN_ACTOR;
extern const char *rl_terminal_name READLINE_ON_MAIN_ACTOR;
extern char *rl_line_buffer READLINE_ON_MAIN_ACTOR;
extern char *rl_display_prompt READLINE_ON_MAIN_ACTOR;
extern int rl_point READLINE_ON_MAIN_ACTOR;
extern int rl_end READLINE_ON_MAIN_ACTOR;
extern FILE *rl_instream READLINE_ON_MAIN_ACTOR;
extern FILE *rl_outstream READLINE_ON_MAIN_ACTOR;
extern int rl_catch_signals READLINE_ON_MAIN_ACTOR;
extern int rl_catch_sigwinch READLINE_ON_MAIN_ACTOR;
extern int rl_change_environment READLINE_ON_MAIN_ACTOR;
extern rl_vintfunc_t *rl_prep_term_function READLINE_ON_MAIN_ACTOR;
extern rl_voidfunc_t *rl_deprep_term_function READLINE_ON_MAIN_ACTOR;
extern rl_getc_func_t *rl_getc_function READLINE_ON_MAIN_ACTOR;
extern rl_hook_func_t *rl_input_available_hook READLINE_ON_MAIN_ACTOR;
extern rl_voidfunc_t *rl_redisplay_function READLINE_ON_MAIN_ACTOR;
extern rl_completion_func_t *rl_attempted_completion_function READLINE_ON_MAIN_ACTOR;
extern rl_compdisp_func_t *rl_completion_display_matches_hook READLINE_ON_MAIN_ACTOR;
extern rl_cpvfunc_t *rl_completion_word_break_hook READLINE_ON_MAIN_ACTOR;
extern const char *rl_completer_word_break_characters READLINE_ON_MAIN_ACTOR;
extern int rl_attempted_completion_over READLINE_ON_MAIN_ACTOR;
extern int rl_completion_suppress_append READLINE_ON_MAIN_ACTOR;
extern int rl_sort_completion_matches READLINE_ON_MAIN_ACTOR;
extern unsigned long rl_readline_state READLINE_ON_MAIN_ACTOR;
extern int rl_completion_append_character READLINE_ON_MAIN_ACTOR;
extern int history_base READLINE_ON_MAIN_ACTOR;
extern int history_max_entries READLINE_ON_MAIN_ACTOR;
extern int rl_editing_mode READLINE_ON_MAIN_ACTOR;
extern KEYMAP_ENTRY_ARRAY vi_movement_keymap READLINE_ON_MAIN_ACTOR;
extern int history_length READLINE_ON_MAIN_ACTOR;

// Whether keys go to a search, or to a command that waits for one.
READLINE_ON_MAIN_ACTOR static inline bool readline_wants_keys(void) {
  return RL_ISSTATE(
      RL_STATE_ISEARCH | RL_STATE_NSEARCH | RL_STATE_CHARSEARCH | RL_STATE_METANEXT | RL_STATE_MULTIKEY);
}

// Whether letters are vi's commands, not text.
READLINE_ON_MAIN_ACTOR static inline bool readline_is_in_vi_command_mode(void) {
  return rl_editing_mode == 0 && rl_get_keymap() == vi_movement_keymap;
}

#endif
