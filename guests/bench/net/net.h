// TCP to the server of the benchmarks on the host's loopback (LoopbackServer.java), whose port is in the environment.
#include "../bench.h"
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

// What goes over the network comes in blocks. Of each, one word in sixteen has a value that says where it belongs: each
// is made and looked at, but most of the time goes into the network.
enum { BLOCK = 1 << 16, WORDS = BLOCK / 4, STEP = 16, BLOCKS_OF_MEGABYTE = 16 };

// Connects, and asks for one of the server's services, N times.
static int ask(unsigned service, unsigned n) {
    const char *port = getenv("port");
    if (!port) {
        errx(2, "port is not set");
    }
    struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons(atoi(port))};
    inet_pton(AF_INET, "10.0.2.2", &server.sin_addr);
    int connection = check(socket(AF_INET, SOCK_STREAM, 0), "socket");
    int on = 1;
    check(setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), "TCP_NODELAY");
    check(connect(connection, (struct sockaddr *)&server, sizeof server), "connect");
    unsigned request[] = {service, n};
    if (send(connection, request, sizeof request, 0) != sizeof request) {
        err(1, "send");
    }
    return connection;
}

// Sends all of it.
static inline void put(int connection, const void *from, int bytes) {
    for (int done = 0; done < bytes;) {
        done += check(send(connection, (const char *)from + done, bytes - done, 0), "send");
    }
}

// Receives all of it.
static inline void get(int connection, void *to, int bytes) {
    if (check(recv(connection, to, bytes, MSG_WAITALL), "recv") != bytes) {
        errx(1, "the server has closed the connection");
    }
}
