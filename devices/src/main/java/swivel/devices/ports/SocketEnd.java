package swivel.devices.ports;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.function.Consumer;
import swivel.devices.streams.ByteRing;
import swivel.devices.streams.Listener;
import swivel.devices.streams.Sockets;

/**
 * A socket that one program of the host at a time is connected to; others wait in the listener's queue. The program is
 * read from only while the guest has the port open and there is room.
 */
final class SocketEnd implements PortEnd {
    private static final int PIECE = 1 << 14;

    private final Port port;
    private final Listener listener;
    private final Selector selector;
    private final Consumer<String> say;
    private final SelectionKey accepts;
    private final ByteBuffer piece = ByteBuffer.allocate(PIECE);

    /** Null if there is none. */
    private SocketChannel peer;

    private SelectionKey key;
    /** The program sends no more, or is gone. */
    private boolean ended;

    private boolean deaf;

    /** Makes the end; the listener is closed with it. */
    SocketEnd(Port port, Listener listener, Selector selector, Consumer<String> say) throws IOException {
        this.port = port;
        this.listener = listener;
        this.selector = selector;
        this.say = say;
        Sockets.Ready accept = _ -> accept();
        this.accepts = listener.channel().register(selector, SelectionKey.OP_ACCEPT, accept);
    }

    private void accept() {
        if (peer != null) {
            return;
        }
        try {
            peer = listener.channel().accept();
            if (peer == null) {
                return;
            }
            peer.configureBlocking(false);
            Sockets.Ready ready = _ -> transfer();
            key = peer.register(selector, 0, ready);
            ended = false;
            port.toHost().clear(); // what nobody was there for
            port.setOpenOnHost(true);
        } catch (IOException e) {
            disconnect();
            deaf = true;
            say.accept("nobody can connect to the guest's port " + port.name() + " any more: " + e.getMessage());
        }
    }

    private void transfer() {
        try {
            if (key.isWritable()) {
                write();
            }
            if (key.isReadable()) {
                read();
            }
        } catch (IOException e) {
            ended = true;
        }
    }

    private void read() throws IOException {
        ByteRing to = port.toGuest();
        for (int room; (room = Math.min(PIECE, to.room(1))) > 0; ) {
            int length = peer.read(piece.clear().limit(room));
            if (length < 0) {
                ended = true;
                return;
            }
            int _ = to.put(piece.array(), 0, length); // nobody else puts anything in
            if (length < room) {
                return;
            }
        }
    }

    private void write() throws IOException {
        ByteRing from = port.toHost();
        for (int length; (length = from.copy(piece.array(), 0, PIECE)) > 0; ) {
            int written = peer.write(piece.clear().limit(length));
            from.skip(written);
            if (written < length) {
                return;
            }
        }
    }

    /** A program that is gone counts as there until the guest has what it sent. */
    @Override
    public void turn() {
        if (peer != null && ended && (port.toGuest().isEmpty() || !port.isOpenInGuest())) {
            port.toGuest().clear();
            flush();
            disconnect();
        }
        if (peer != null) {
            interest(
                    key,
                    (!ended && port.isOpenInGuest() && port.toGuest().room(1) > 0 ? SelectionKey.OP_READ : 0)
                            | (ended || port.toHost().isEmpty() ? 0 : SelectionKey.OP_WRITE));
        } else if (!port.isOpenInGuest()) {
            port.toGuest().clear(); // of a program that was there before a snapshot
        }
        interest(accepts, peer == null && !deaf && port.toGuest().isEmpty() ? SelectionKey.OP_ACCEPT : 0);
    }

    private static void interest(SelectionKey key, int operations) {
        if (key.isValid() && key.interestOps() != operations) {
            key.interestOps(operations);
        }
    }

    /** What goes out without waiting. */
    private void flush() {
        try {
            write();
        } catch (IOException e) {
            // Nobody takes it.
        }
    }

    private void disconnect() {
        Sockets.close(peer);
        peer = null;
        port.setOpenOnHost(false);
    }

    @Override
    public void close() {
        if (peer != null) {
            flush();
        }
        Sockets.close(peer);
        listener.close();
    }
}
