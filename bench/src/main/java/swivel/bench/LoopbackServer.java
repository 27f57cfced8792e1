package swivel.bench;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What guests talk to through their network: a port of the host's loopback. guests/bench/net/net.h has the other side:
 * numbers are little-endian, and a connection begins with a service and a count. A connection that goes wrong is
 * closed; the guest then says so.
 */
final class LoopbackServer implements AutoCloseable {
    private static final int BLOCK = 1 << 16;
    /** Of each block one word in so many is made and looked at. */
    private static final int STEP = 16 * Integer.BYTES;

    private static final int BLOCKS_OF_MEGABYTE = 16;

    private final ServerSocket listening;

    private LoopbackServer(ServerSocket listening) {
        this.listening = listening;
    }

    /** Starts it at any free port. */
    static LoopbackServer start() {
        try {
            LoopbackServer server = new LoopbackServer(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            Thread.ofPlatform().daemon().name("loopback-server").start(server::serve);
            return server;
        } catch (IOException e) {
            throw new BenchmarkException("cannot listen on the loopback: " + e.getMessage());
        }
    }

    int port() {
        return listening.getLocalPort();
    }

    @Override
    public void close() {
        try {
            listening.close();
        } catch (IOException e) {
            throw new BenchmarkException("cannot close the server: " + e.getMessage());
        }
    }

    /** One connection after the other, since one guest runs at a time. */
    private void serve() {
        while (!listening.isClosed()) {
            try (Socket connection = listening.accept()) {
                connection.setTcpNoDelay(true);
                serve(
                        new DataInputStream(connection.getInputStream()),
                        new DataOutputStream(connection.getOutputStream()));
            } catch (EOFException e) {
                System.err.println("bench: the guest closed a connection early");
            } catch (IOException e) {
                if (!listening.isClosed()) {
                    System.err.println("bench: a connection of the guest: " + e.getMessage());
                }
            }
        }
    }

    private static void serve(DataInputStream in, DataOutputStream out) throws IOException {
        int service = Integer.reverseBytes(in.readInt());
        int count = Integer.reverseBytes(in.readInt());
        switch (service) {
            case 's' -> receive(count * BLOCKS_OF_MEGABYTE, in, out);
            case 'r' -> send(count * BLOCKS_OF_MEGABYTE, out);
            case 'e' -> exchange(count, in, out);
            default -> throw new IOException("there is no service " + service);
        }
        in.read(); // until the guest has closed it
    }

    private static void receive(int blocks, DataInputStream in, DataOutputStream out) throws IOException {
        byte[] bytes = new byte[BLOCK];
        ByteBuffer words = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int sum = 0;
        for (int i = 0; i < blocks; i++) {
            in.readFully(bytes);
            for (int at = 0; at < BLOCK; at += STEP) {
                sum = sum * 31 + words.getInt(at);
            }
        }
        out.writeInt(Integer.reverseBytes(sum));
    }

    private static void send(int blocks, DataOutputStream out) throws IOException {
        byte[] bytes = new byte[BLOCK];
        ByteBuffer words = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int word = 0;
        for (int i = 0; i < blocks; i++) {
            for (int at = 0; at < BLOCK; at += STEP) {
                words.putInt(at, word++);
            }
            out.write(bytes);
        }
    }

    private static void exchange(int count, DataInputStream in, DataOutputStream out) throws IOException {
        for (int i = 0; i < count; i++) {
            out.writeInt(Integer.reverseBytes(Integer.reverseBytes(in.readInt()) + 1));
        }
    }
}
