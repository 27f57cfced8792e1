package swivel.devices.ports;

/** What is at the host's end of a port. All of it on the ports' thread. */
interface PortEnd {
    /** Something may have changed: goes on as far as possible without waiting. */
    void turn();

    /** The end of the run: brings out what can be brought out at once, and closes everything. */
    void close();
}
