/*
 * vsock PORT: connects to a port of the host; vsock -l PORT: waits for one connection. Then sends its input, says where
 * that ends, and prints what comes until its end.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <linux/vm_sockets.h>

static int die(const char *what)
{
	perror(what);
	exit(1);
}

int main(int argc, char **argv)
{
	static char buffer[1 << 16];
	int listens = argc == 3;
	struct sockaddr_vm at = {
		.svm_family = AF_VSOCK,
		.svm_cid = listens ? VMADDR_CID_ANY : VMADDR_CID_HOST,
		.svm_port = strtoul(argv[argc - 1], NULL, 10),
	};
	int peer = socket(AF_VSOCK, SOCK_STREAM, 0);

	if (peer < 0)
		die("socket");
	if (listens) {
		if (bind(peer, (struct sockaddr *)&at, sizeof(at)) || listen(peer, 1))
			die("listen");
		peer = accept(peer, NULL, NULL);
		if (peer < 0)
			die("accept");
	} else if (connect(peer, (struct sockaddr *)&at, sizeof(at))) {
		die("connect");
	}
	struct pollfd ready[2] = { { .fd = peer, .events = POLLIN }, { .fd = 0, .events = POLLIN } };
	while (ready[0].fd >= 0 || ready[1].fd >= 0) {
		if (poll(ready, 2, -1) < 0)
			die("poll");
		for (int i = 0; i < 2; i++) {
			if (!ready[i].revents || ready[i].fd < 0)
				continue;
			ssize_t length = read(ready[i].fd, buffer, sizeof(buffer));
			if (length < 0)
				die("read");
			if (length == 0) {
				ready[i].fd = -1;
				if (i == 1)
					shutdown(peer, SHUT_WR);
			}
			for (ssize_t done = 0; done < length;) {
				ssize_t more = write(i == 0 ? 1 : peer, buffer + done, length - done);
				if (more < 0)
					die("write");
				done += more;
			}
		}
	}
	return 0;
}
