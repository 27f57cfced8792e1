package swivel.devices.net;

/** The two ends of a connection or of an exchange of datagrams, as the guest sees them. */
record Flow(Address guest, int guestPort, Address peer, int peerPort) {}
