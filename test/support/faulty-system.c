// Lets a call of the system fail on demand, for a process that was started with this library in LD_PRELOAD. What to do
// stands in the file that BLOTTER_FAULTS names, a line for each fault, read anew at every call:
//
//   <call> <how> <errno> <skip> <times> <part of the path>
//
// how: before (fails and does nothing), after (does it, then fails), torn (a write does half, then fails), short (a write
// does half and says so), hang (waits until the file is gone or says something else, then does it), kill (SIGKILL instead
// of the call), killed (SIGKILL right after it). Each fault that was given appends one line to <file>.hits.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
#define MOST_ORDERS 4
static char armed[1024];
static long skipped[MOST_ORDERS], given[MOST_ORDERS];

struct order { char call[32], how[16], part[256]; int error; long skip, times; };

// Not by the functions below: they would ask again.
static long raw(long number, long a, long b, long c, long d) {
  static long (*real)(long, ...);
  if (real == NULL) real = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
  return real(number, a, b, c, d);
}

static int read_orders(char *line, size_t size) {
  const char *file = getenv("BLOTTER_FAULTS");
  if (file == NULL) return 0;
  int fd = raw(SYS_openat, AT_FDCWD, (long)file, O_RDONLY | O_CLOEXEC, 0);
  if (fd < 0) return 0;
  ssize_t length = raw(SYS_read, fd, (long)line, size - 1, 0);
  raw(SYS_close, fd, 0, 0, 0);
  if (length <= 0) return 0;
  line[length] = 0;
  return 1;
}

static void note_hit(const char *call) {
  char path[512], line[64];
  snprintf(path, sizeof path, "%s.hits", getenv("BLOTTER_FAULTS"));
  int fd = raw(SYS_openat, AT_FDCWD, (long)path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0) return;
  int length = snprintf(line, sizeof line, "%s\n", call);
  raw(SYS_write, fd, (long)line, length, 0);
  raw(SYS_close, fd, 0, 0, 0);
}

static const char *path_of(int fd, char *name, size_t size) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, name, size - 1);
  if (length < 0) return NULL;
  name[length] = 0;
  return name;
}

// The first order that means this call and is due.
static int due(const char *orders, const char *call, const char *path, struct order *order) {
  int number = 0, found = 0;
  pthread_mutex_lock(&lock);
  if (strcmp(armed, orders) != 0) { strcpy(armed, orders); memset(skipped, 0, sizeof skipped); memset(given, 0, sizeof given); }
  for (const char *line = orders; line != NULL && *line != 0 && number < MOST_ORDERS && !found; number += 1) {
    if (sscanf(line, "%31s %15s %d %ld %ld %255s", order->call, order->how, &order->error, &order->skip, &order->times, order->part) == 6
        && strcmp(order->call, call) == 0 && strstr(path, order->part) != NULL) {
      found = skipped[number] >= order->skip && given[number] < order->times;
      if (found) given[number] += 1; else skipped[number] += 1;
    }
    line = strchr(line, '\n');
    if (line != NULL) line += 1;
  }
  pthread_mutex_unlock(&lock);
  return found;
}

// Whether this call is to fail, and how. `path`: NULL when only the descriptor is known.
static int ordered(const char *call, const char *path, int fd, struct order *order) {
  char orders[1024], name[512];
  if (!read_orders(orders, sizeof orders)) return 0;
  if (path == NULL && (path = path_of(fd, name, sizeof name)) == NULL) return 0;
  if (!due(orders, call, path, order)) return 0;
  note_hit(call);
  if (strcmp(order->how, "kill") == 0) { kill(getpid(), SIGKILL); for (;;) pause(); }
  if (strcmp(order->how, "hang") == 0) {
    char now[1024];
    while (read_orders(now, sizeof now) && strcmp(now, orders) == 0) usleep(10000);
    return 0;
  }
  return 1;
}

static int is(const struct order *order, const char *how) { return strcmp(order->how, how) == 0; }

// What to return after the call was done, or not.
static long outcome(const struct order *order, long result) {
  if (is(order, "killed")) { kill(getpid(), SIGKILL); for (;;) pause(); }
  (void)result;
  errno = order->error;
  return -1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define GUARD(call, path, fd, apply) \
  struct order order; \
  if (!ordered(call, path, fd, &order)) return apply; \
  return outcome(&order, is(&order, "before") ? -1 : (long)(apply));

#define WRITE(apply_all, apply_half) \
  struct order order; \
  if (!ordered("write", NULL, fd, &order)) return apply_all; \
  if (is(&order, "short")) return apply_half; \
  if (is(&order, "torn")) { (void)(apply_half); return outcome(&order, 0); } \
  return outcome(&order, is(&order, "before") ? -1 : (long)(apply_all));

ssize_t write(int fd, const void *bytes, size_t size) { WRITE(REAL(write)(fd, bytes, size), REAL(write)(fd, bytes, (size + 1) / 2)) }
ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t at) { WRITE(REAL(pwrite64)(fd, bytes, size, at), REAL(pwrite64)(fd, bytes, (size + 1) / 2, at)) }
ssize_t pwrite(int fd, const void *bytes, size_t size, off_t at) { WRITE(REAL(pwrite)(fd, bytes, size, at), REAL(pwrite)(fd, bytes, (size + 1) / 2, at)) }
int fdatasync(int fd) { GUARD("fdatasync", NULL, fd, REAL(fdatasync)(fd)) }
int fsync(int fd) { GUARD("fsync", NULL, fd, REAL(fsync)(fd)) }
int ftruncate(int fd, off_t size) { GUARD("ftruncate", NULL, fd, REAL(ftruncate)(fd, size)) }
int ftruncate64(int fd, off64_t size) { GUARD("ftruncate", NULL, fd, REAL(ftruncate64)(fd, size)) }
int rename(const char *from, const char *to) { GUARD("rename", to, -1, REAL(rename)(from, to)) }
int unlink(const char *path) { GUARD("unlink", path, -1, REAL(unlink)(path)) }
int close(int fd) { GUARD("close", NULL, fd, REAL(close)(fd)) }

// libuv closes files this way.
long syscall(long number, ...) {
  long a[6];
  va_list arguments;
  va_start(arguments, number);
  for (int i = 0; i < 6; i += 1) a[i] = va_arg(arguments, long);
  va_end(arguments);
  if (number != SYS_close) return REAL(syscall)(number, a[0], a[1], a[2], a[3], a[4], a[5]);
  GUARD("close", NULL, (int)a[0], REAL(syscall)(number, a[0]))
}

static mode_t mode_of(int flags, va_list arguments) { return flags & (O_CREAT | O_TMPFILE) ? va_arg(arguments, mode_t) : 0; }

int open(const char *path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  GUARD("open", path, -1, REAL(open)(path, flags, mode))
}
int open64(const char *path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  GUARD("open", path, -1, REAL(open64)(path, flags, mode))
}
