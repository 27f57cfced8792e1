package swivel.devices.net;

import swivel.memory.Snapshot;

/**
 * What is at the other end of a guest's network cable. A snapshot keeps what is needed to tell the guest that its
 * connections are gone: the world that they led to goes on without them.
 */
public interface Network extends Snapshot, AutoCloseable {
    /** The cable, for one device. */
    EthernetCable cable();

    /** Ends it, with all its threads and sockets. From any thread but its own; a second call does nothing. */
    @Override
    void close();
}
