package swivel.devices.streams;

import java.io.IOException;
import java.nio.channels.Channel;

/** What all sockets have in common. */
public final class Sockets {
    private Sockets() {}

    /** What is attached to a socket's key. */
    @FunctionalInterface
    public interface Ready {
        /** The socket is ready for something that it waits for. */
        void ready(long now);
    }

    /** Closes one that there may be; a socket of which nothing is wanted any more has nothing to say about it. */
    public static void close(Channel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // As said.
        }
    }
}
