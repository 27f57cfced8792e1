// N times: makes a hundred files in a shared folder, lists them, looks at each, and removes them. Offsets in directories
// have 64 bits where the host's file system has such, and the emulator passes them on.
#define _FILE_OFFSET_BITS 64
#include "../bench.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

enum { FILES = 100 };

// Returns how many files the folder has, by their names.
static int list(const char *folder) {
    DIR *directory = opendir(folder);
    if (!directory) {
        err(1, "%s", folder);
    }
    int files = 0;
    errno = 0;
    for (struct dirent *entry; (entry = readdir(directory));) {
        files += entry->d_name[0] == 'f';
    }
    check(-errno, "readdir");
    closedir(directory);
    return files;
}

static unsigned work(unsigned n) {
    char name[40];
    unsigned sum = 0;
    for (unsigned i = 0; i < n; i++) {
        sprintf(name, "/share/folder%u", i);
        check(mkdir(name, 0755), "mkdir");
        check(chdir(name), "chdir");
        for (int file = 0; file < FILES; file++) {
            sprintf(name, "f%d", file);
            int created = check(open(name, O_CREAT | O_EXCL | O_WRONLY, 0644), name);
            if (check(write(created, name, file % 3), "write") != file % 3) {
                errx(1, "write");
            }
            close(created);
        }
        sum = sum * 31 + list(".");
        for (int file = 0; file < FILES; file++) {
            struct stat status;
            sprintf(name, "f%d", file);
            check(stat(name, &status), name);
            sum = sum * 31 + status.st_size + status.st_mode;
            check(unlink(name), name);
        }
        sum = sum * 31 + list(".");
        check(chdir("/"), "chdir");
        sprintf(name, "/share/folder%u", i);
        check(rmdir(name), "rmdir");
    }
    return sum;
}
