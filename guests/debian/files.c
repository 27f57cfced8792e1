// Uses files at random and compares each answer with what it keeps in memory: `files DIRECTORY OPERATIONS SEED [map]`.
// A few files, each opened several times, are written, read, cut, extended, appended to, renamed, linked, removed and
// opened again; with `map` also through shared memory. Prints the seed's step and stops where something differs. At the
// end it leaves the files in DIRECTORY and prints their names, lengths and sums (FNV-1a), for others to compare.
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { FILES = 6, LENGTH = 256 * 1024, OPEN = 3 };

// What a file is expected to be; `name` is its present name's number.
static struct file {
  unsigned char data[LENGTH];
  size_t length;
  int open[OPEN];
  int name;
  int exists, linked;
} files[FILES];

static uint64_t state;
static long step;
static const char *operation;
static unsigned char buffer[LENGTH];

static uint32_t random_below(uint32_t bound) {
  state ^= state << 13, state ^= state >> 7, state ^= state << 17;
  return (uint32_t)(state >> 24) % bound;
}

static void wrong(const char *what, long expected, long found) {
  printf("step %ld, %s: %s: %ld expected, %ld found (%s)\n", step, operation, what, expected, found, strerror(errno));
  exit(1);
}

static void is(const char *what, long expected, long found) {
  if (expected != found) wrong(what, expected, found);
}

static const char *path(const struct file *file, const char *kind) {
  static char paths[2][64];
  static int turn;
  char *result = paths[turn ^= 1];
  snprintf(result, sizeof paths[0], "%s%d-%d", kind, (int)(file - files), file->name);
  return result;
}

static int opened(struct file *file) {
  int *open_file = &file->open[random_below(OPEN)];
  if (*open_file < 0) {
    *open_file = open(path(file, "f"), O_RDWR | O_CREAT, 0640);
    if (*open_file < 0) wrong("open", 0, -1);
    file->exists = 1;
  }
  return *open_file;
}

static void close_all(struct file *file) {
  for (int i = 0; i < OPEN; i++) {
    if (file->open[i] >= 0) is("close", 0, close(file->open[i]));
    file->open[i] = -1;
  }
}

static void compare(const struct file *file, size_t at, const unsigned char *found, size_t length) {
  for (size_t i = 0; i < length; i++) {
    if (file->data[at + i] != found[i]) {
      printf("at %zu of %zu: ", at + i, file->length);
      wrong("byte", file->data[at + i], found[i]);
    }
  }
}

// Some place and length: at odd ends, at page ends, short and long.
static void range(size_t limit, size_t *at, size_t *length) {
  *at = random_below(limit);
  if (random_below(3) == 0) *at &= ~4095u;
  *length = 1 + random_below(random_below(2) ? 100 : 70000);
  if (*at + *length > limit) *length = limit - *at;
}

static void fill(size_t length) {
  for (size_t i = 0; i < length; i++) buffer[i] = (unsigned char)random_below(256);
}

static void put(struct file *file, size_t at, size_t length) {
  memcpy(file->data + at, buffer, length);
  if (at + length > file->length) file->length = at + length;
}

static void do_write(struct file *file) {
  size_t at, length;
  range(LENGTH, &at, &length);
  fill(length);
  int fd = opened(file);
  if (random_below(2)) {
    is("pwrite", (long)length, pwrite(fd, buffer, length, (off_t)at));
  } else {
    size_t first = random_below(length + 1);
    struct iovec parts[] = {{buffer, first}, {buffer + first, length - first}};
    is("lseek", (long)at, lseek(fd, (off_t)at, SEEK_SET));
    is("writev", (long)length, writev(fd, parts, 2));
  }
  put(file, at, length);
}

static void do_append(struct file *file) {
  size_t length = 1 + random_below(5000);
  opened(file);
  if (file->length + length > LENGTH) return;
  fill(length);
  int fd = open(path(file, "f"), O_WRONLY | O_APPEND);
  if (fd < 0) wrong("open to append", 0, -1);
  is("append", (long)length, write(fd, buffer, length));
  is("place", (long)(file->length + length), lseek(fd, 0, SEEK_CUR));
  is("close", 0, close(fd));
  put(file, file->length, length);
}

static void do_read(struct file *file) {
  size_t at, length;
  range(LENGTH, &at, &length);
  size_t there = at >= file->length ? 0 : file->length - at < length ? file->length - at : length;
  is("pread", (long)there, pread(opened(file), buffer, length, (off_t)at));
  compare(file, at, buffer, there);
}

static void do_truncate(struct file *file) {
  size_t length = random_below(LENGTH);
  int fd = opened(file);
  is("truncate", 0, random_below(2) ? ftruncate(fd, (off_t)length) : truncate(path(file, "f"), (off_t)length));
  if (length < file->length) memset(file->data + length, 0, file->length - length);
  file->length = length;
}

static void do_map(struct file *file) {
  size_t at, length;
  int fd = opened(file);
  if (file->length == 0) return;
  range(file->length, &at, &length);
  size_t start = at & ~4095u, inside = at - start;
  int writes = random_below(2) == 0;
  unsigned char *map = mmap(0, inside + length, PROT_READ | (writes ? PROT_WRITE : 0), MAP_SHARED, fd, (off_t)start);
  if (map == MAP_FAILED) wrong("mmap", 0, -1);
  compare(file, at, map + inside, length);
  if (writes) {
    fill(length);
    memcpy(map + inside, buffer, length);
    put(file, at, length);
    if (random_below(2)) is("msync", 0, msync(map, inside + length, MS_SYNC));
  }
  is("munmap", 0, munmap(map, inside + length));
}

static void do_stat(struct file *file) {
  struct stat found;
  is("fstat", 0, fstat(opened(file), &found));
  is("length", (long)file->length, (long)found.st_size);
  is("links", 1 + file->linked, (long)found.st_nlink);
  is("stat", 0, stat(path(file, "f"), &found));
  is("length by name", (long)file->length, (long)found.st_size);
}

static void do_reopen(struct file *file) {
  close_all(file);
  opened(file);
}

static void do_sync(struct file *file) {
  is("fsync", 0, random_below(2) ? fsync(opened(file)) : fdatasync(opened(file)));
}

static void do_rename(struct file *file) {
  opened(file);
  if (file->linked) return;
  char before[64];
  strcpy(before, path(file, "f"));
  file->name = (int)random_below(1000);
  is("rename", 0, rename(before, path(file, "f")));
}

static void do_link(struct file *file) {
  opened(file);
  if (file->linked) {
    is("unlink", 0, unlink(path(file, "l")));
  } else {
    is("link", 0, link(path(file, "f"), path(file, "l")));
  }
  file->linked = !file->linked;
}

// Removed while it is open, then made anew. Linux's 9p loses what it has not written by then, on QEMU too.
static void do_remove(struct file *file) {
  int fd = opened(file);
  if (file->linked) return;
  is("fsync", 0, fsync(fd));
  is("unlink", 0, unlink(path(file, "f")));
  is("access", -1, access(path(file, "f"), F_OK));
  is("read of what was removed", (long)file->length, pread(fd, buffer, LENGTH, 0));
  compare(file, 0, buffer, file->length);
  close_all(file);
  memset(file->data, 0, file->length);
  file->length = 0;
  opened(file);
}

static void do_list(struct file *file) {
  int expected = 0, found = 0;
  opened(file);
  for (int i = 0; i < FILES; i++) expected += files[i].exists + files[i].linked;
  DIR *directory = opendir(".");
  if (!directory) wrong("opendir", 0, -1);
  for (struct dirent *entry; (entry = readdir(directory));) found += entry->d_name[0] != '.';
  closedir(directory);
  is("files", expected, found);
}

static void do_directory(struct file *file) {
  is("mkdir", 0, mkdir("d", 0750));
  is("symlink", 0, symlink(path(file, "f"), "d/s"));
  ssize_t length = readlink("d/s", (char *)buffer, 100);
  is("readlink", (long)strlen(path(file, "f")), length);
  is("rmdir", -1, rmdir("d"));
  is("why not", ENOTEMPTY, errno);
  is("unlink", 0, unlink("d/s"));
  is("rmdir", 0, rmdir("d"));
}

static const struct {
  const char *name;
  void (*run)(struct file *);
  int share;
} operations[] = {
  {"write", do_write, 20}, {"read", do_read, 20},  {"truncate", do_truncate, 6}, {"append", do_append, 8},
  {"stat", do_stat, 8},    {"reopen", do_reopen, 6}, {"sync", do_sync, 2},       {"rename", do_rename, 4},
  {"link", do_link, 4},    {"remove", do_remove, 1}, {"list", do_list, 3},       {"directory", do_directory, 2},
  {"map", do_map, 16}, // the last one, left out unless asked for
};

int main(int count, char **arguments) {
  if (count < 4 || chdir(arguments[1])) return perror("files"), 2;
  state = strtoull(arguments[3], 0, 0) * 0x9e3779b97f4a7c15u + 1;
  size_t kinds = sizeof operations / sizeof *operations - (count < 5);
  int shares = 0;
  for (size_t i = 0; i < kinds; i++) shares += operations[i].share;
  for (int i = 0; i < FILES; i++) {
    for (int k = 0; k < OPEN; k++) files[i].open[k] = -1;
  }
  for (step = 1; step <= atol(arguments[2]); step++) {
    int kind = 0, which = (int)random_below((uint32_t)shares);
    while (which >= operations[kind].share) which -= operations[kind++].share;
    operation = operations[kind].name;
    operations[kind].run(&files[random_below(FILES)]);
  }
  for (struct file *file = files; file < files + FILES; file++) {
    if (!file->exists) continue;
    close_all(file);
    operation = "end";
    is("read", (long)file->length, pread(opened(file), buffer, LENGTH, 0));
    compare(file, 0, buffer, file->length);
    uint32_t sum = 0x811c9dc5;
    for (size_t i = 0; i < file->length; i++) sum = (sum ^ file->data[i]) * 0x01000193;
    printf("%s %zu %08x\n", path(file, "f"), file->length, sum);
  }
}
