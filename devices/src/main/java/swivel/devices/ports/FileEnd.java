package swivel.devices.ports;

import java.io.IOException;
import java.io.OutputStream;
import java.util.function.Consumer;

/** A file that keeps what the guest sends, up to a bound. It is always open. */
final class FileEnd implements PortEnd {
    private static final int PIECE = 1 << 14;

    private final Port port;
    private final OutputStream file;
    private final Consumer<String> say;
    private final byte[] piece = new byte[PIECE];
    private long left;
    private boolean failed;

    /**
     * Makes the end.
     *
     * @param most bytes that the file takes; what comes after them is dropped, with a line
     */
    FileEnd(Port port, OutputStream file, long most, Consumer<String> say) {
        this.port = port;
        this.file = file;
        this.left = most;
        this.say = say;
        port.setOpenOnHost(true);
    }

    @Override
    public void turn() {
        for (int length; (length = port.toHost().take(piece, 0, PIECE)) > 0; ) {
            write(length);
        }
    }

    private void write(int length) {
        int part = (int) Math.min(length, left);
        try {
            if (!failed && part > 0) {
                file.write(piece, 0, part);
                left -= part;
            }
            if (!failed && part < length) {
                failed = true;
                say.accept("the file of the guest's port " + port.name()
                        + " is full; what the port sends from now on is dropped");
            }
        } catch (IOException e) {
            failed = true;
            say.accept("the file of the guest's port " + port.name() + " cannot be written: " + e.getMessage()
                    + "; what the port sends from now on is dropped");
        }
    }

    @Override
    public void close() {
        turn();
        try {
            file.close();
        } catch (IOException e) {
            say.accept("the file of the guest's port " + port.name() + " cannot be written: " + e.getMessage());
        }
    }
}
