package swivel.devices.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import swivel.devices.streams.Chunks;
import swivel.devices.streams.Sockets;

/** The host's side of a connection of the guest: a socket, of which we want to know no more than we can use now. */
final class HostStream implements TcpConnection.Host, Sockets.Ready {
    /** Bytes that one socket hands on before others have their turn. */
    private static final int TURN = 1 << 16;

    final TcpConnection connection;
    private final Tcp tcp;
    private final SocketChannel channel;
    private final SelectionKey key;
    /** It is among those of which {@link Tcp} asks for output. */
    boolean due;

    private boolean closed;

    /** Makes one of a channel that does not block. */
    HostStream(Tcp tcp, Flow flow, SocketChannel channel, Selector selector, Chunks chunks, int iss)
            throws IOException {
        this.tcp = tcp;
        this.channel = channel;
        this.connection = new TcpConnection(flow, this, tcp, chunks, iss);
        this.key = channel.register(selector, 0, this);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true); // whoever wants to wait has done so
    }

    /** Connects the socket; what becomes of it is known later. */
    void connect(InetSocketAddress to, long now) {
        key.interestOps(SelectionKey.OP_CONNECT);
        try {
            if (channel.connect(to)) {
                connected(now);
            }
        } catch (IOException | UnresolvedAddressException | UnsupportedAddressTypeException e) {
            tcp.notConnected(this, e);
        }
    }

    @Override
    public void ready(long now) {
        try {
            if (key.isConnectable()) {
                connected(now);
                return;
            }
            if (key.isWritable()) {
                connection.toHost.drain(channel);
                connection.drained();
            }
            if (key.isReadable()) {
                int room = Math.min(connection.roomToGuest(), TURN);
                if (room > 0 && connection.toGuest.fill(channel, room) < 0) {
                    connection.hostEnded();
                }
            }
        } catch (IOException e) {
            connection.abort();
        }
        tcp.due(this);
    }

    private void connected(long now) {
        try {
            if (channel.finishConnect()) {
                connection.accept(now);
                tcp.due(this);
            }
        } catch (IOException e) {
            tcp.notConnected(this, e);
        }
    }

    @Override
    public int write(byte[] from, int at, int length) throws IOException {
        return channel.write(ByteBuffer.wrap(from, at, length));
    }

    @Override
    public void finish() {
        try {
            channel.shutdownOutput();
        } catch (IOException e) {
            // It is not connected any more; reading will say so.
        }
    }

    @Override
    public void reset() {
        try {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0); // so that the other end learns it as a reset
        } catch (IOException e) {
            // It is closed already.
        }
        close();
    }

    /**
     * Waits for what the connection can use now, and closes the socket when that is done.
     *
     * @return whether it goes on
     */
    boolean update(boolean memory) {
        if (closed || connection.state() == TcpConnection.State.CLOSED && connection.isFinished()) {
            close();
            return false;
        }
        if (connection.state() != TcpConnection.State.CONNECTING) {
            int wanted = (connection.roomToGuest() > 0 && memory ? SelectionKey.OP_READ : 0)
                    | (connection.toHost.isEmpty() ? 0 : SelectionKey.OP_WRITE);
            if (wanted != key.interestOps()) {
                key.interestOps(wanted);
            }
        }
        return true;
    }

    void close() {
        closed = true;
        Sockets.close(channel);
    }
}
