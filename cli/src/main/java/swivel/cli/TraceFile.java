package swivel.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Consumer;

/** The file of {@code --trace-blocks}: up to a bound, and there is no need to close it for its content to be there. */
final class TraceFile implements Consumer<String>, AutoCloseable {
    private static final long MAX_BYTES = 256L << 20;

    private final Path file;
    private final OutputStream out;
    private long left;

    /** @throws Failure if it cannot be written */
    static TraceFile open(Path file) {
        return open(file, MAX_BYTES);
    }

    static TraceFile open(Path file, long bytes) {
        return new TraceFile(file, OutputFile.open(file), bytes);
    }

    private TraceFile(Path file, OutputStream out, long bytes) {
        this.file = file;
        this.out = out;
        this.left = bytes;
    }

    @Override
    public void accept(String lines) {
        if (left <= 0) {
            return;
        }
        byte[] bytes = lines.getBytes(StandardCharsets.UTF_8);
        try {
            if (bytes.length > left) {
                left = 0;
                Main.say(file + " is full; what is translated from now on is not in it");
            } else {
                left -= bytes.length;
                out.write(bytes);
            }
        } catch (IOException e) {
            left = 0;
            Main.say("cannot write to " + file + ": " + OutputFile.reason(e)
                    + "; what is translated from now on is not in it");
        }
    }

    @Override
    public void close() {
        try {
            out.close();
        } catch (IOException e) {
            Main.say("cannot write to " + file + ": " + OutputFile.reason(e));
        }
    }
}
