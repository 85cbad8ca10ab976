#pragma once
#include <oniguruma.h>

// What the header says in macros, global variables and variable arguments, which Swift cannot use.
static inline OnigEncoding oniguruma_utf8(void) { return ONIG_ENCODING_UTF8; }

static inline OnigSyntaxType *oniguruma_syntax(void) { return ONIG_SYNTAX_DEFAULT; }

// Needs a buffer of ONIG_MAX_ERROR_MESSAGE_LEN bytes; returns how many it wrote.
static inline int oniguruma_describe(OnigUChar *buffer, int code, OnigErrorInfo *info) {
  return onig_error_code_to_str(buffer, code, info);
}
