package swivel.devices;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** What a program of the host does with its end of a connection; each call waits. */
final class ProgramSockets {
    private ProgramSockets() {}

    /** So many bytes, or fewer at the end. */
    static byte[] read(SocketChannel from, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining() && from.read(bytes) >= 0) {}
        byte[] read = new byte[bytes.position()];
        bytes.flip().get(read);
        return read;
    }

    /** So many characters, or fewer at the end. */
    static String readText(SocketChannel from, int length) throws IOException {
        return new String(read(from, length), US_ASCII);
    }

    /** A line with its end, or what there is and "(end)" where there is no more. */
    static String line(SocketChannel from) {
        StringBuilder line = new StringBuilder();
        try {
            while (line.indexOf("\n") < 0) {
                byte[] one = read(from, 1);
                if (one.length == 0) {
                    return line + "(end)";
                }
                line.append((char) one[0]);
            }
            return line.toString();
        } catch (IOException e) { // closed before all was read
            return line + "(end)";
        }
    }

    static void write(SocketChannel to, String text) throws IOException {
        write(to, text.getBytes(US_ASCII));
    }

    static void write(SocketChannel to, byte[] bytes) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(bytes);
        while (left.hasRemaining()) {
            int _ = to.write(left);
        }
    }
}
