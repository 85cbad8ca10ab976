// Text on standard error would land in the middle of the screen, so it waits in a file
// without a name until the terminal is the user's again.
#define _GNU_SOURCE
#include "CTerminal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static atomic_int file = -1;
static atomic_int original = -1;

static int unlinked_file(void) {
  int descriptor = memfd_create("stderr", MFD_CLOEXEC);
  if (descriptor >= 0) return descriptor;
  char path[] = "/tmp/stderr-XXXXXX";
  descriptor = mkostemp(path, O_CLOEXEC);
  if (descriptor >= 0) unlink(path);
  return descriptor;
}

int terminal_stderr_capture(void) {
  if (atomic_load(&original) >= 0 || !isatty(STDERR_FILENO)) return 0;
  int kept = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
  if (kept < 0) return -1;
  int descriptor = unlinked_file();
  if (descriptor < 0) {
    int reason = errno;
    close(kept);
    errno = reason;
    return -1;
  }
  // Children inherit standard error; appending keeps their text and ours apart.
  fcntl(descriptor, F_SETFL, O_APPEND);
  dup2(descriptor, STDERR_FILENO);
  atomic_store(&file, descriptor);
  atomic_store(&original, kept);
  return 0;
}

void terminal_stderr_release(void) {
  int kept = atomic_exchange(&original, -1);
  int descriptor = atomic_exchange(&file, -1);
  if (kept < 0 || descriptor < 0) return;
  dup2(kept, STDERR_FILENO);
  char buffer[4096];
  off_t offset = 0;
  for (;;) {
    ssize_t count = pread(descriptor, buffer, sizeof buffer, offset);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    offset += count;
    for (ssize_t done = 0; done < count;) {
      ssize_t written = write(STDERR_FILENO, buffer + done, (size_t)(count - done));
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) break;
      done += written;
    }
  }
  close(descriptor);
  close(kept);
}
