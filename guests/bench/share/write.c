// The same of a file of a shared folder.
#define MEDIUM "/share/data"
#include "../disk/write.c"
