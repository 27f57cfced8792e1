package swivel.devices.p9;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import swivel.memory.HostMemory;

/** A folder of the host that a guest may use, held open: it stays the same one, whatever becomes of its name. */
public final class SharedFolder implements AutoCloseable {
    private final String tag;
    private final boolean readOnly;
    private final HostFiles files;
    private final int handle;
    private P9Server server;
    private boolean closed;

    private SharedFolder(String tag, boolean readOnly, HostFiles files, int handle) {
        this.tag = tag;
        this.readOnly = readOnly;
        this.files = files;
        this.handle = handle;
    }

    /**
     * Opens one.
     *
     * @param tag what the guest calls it, in ASCII
     * @throws IOException if it cannot be had, as a sentence
     */
    public static SharedFolder open(Path folder, String tag, boolean readOnly) throws IOException {
        if (!HostMemory.NATIVE || !System.getProperty("os.name").equals("Linux")) {
            throw new IOException("a folder can be shared only where the host is Linux and Java has native access");
        }
        HostFiles files = new HostFiles(P9Server.MAX_MESSAGE);
        // The bytes that the file system has, as Java read them from the command line.
        String path =
                new String(folder.toAbsolutePath().toString().getBytes(hostCharset()), StandardCharsets.ISO_8859_1);
        int handle = Node.NONE;
        try {
            handle = files.openRoot(path);
            if (!files.status(handle).isDirectory()) {
                throw new HostError(HostError.ENOTDIR);
            }
            int listed = files.open(handle, 0); // it can be read, and /proc is there, which everything needs
            files.close(listed);
            return new SharedFolder(tag, readOnly, files, handle);
        } catch (HostError e) {
            if (handle != Node.NONE) {
                files.close(handle);
            }
            throw new IOException("the folder " + folder + " cannot be shared: " + reason(e.number()), e);
        }
    }

    private static Charset hostCharset() {
        return Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
    }

    private static String reason(int error) {
        return switch (error) {
            case HostError.ENOENT -> "it does not exist, or there is no /proc";
            case HostError.ENOTDIR -> "it is no folder";
            case HostError.EACCES -> "it may not be read";
            case HostError.ENOSYS -> "the C library of this host is too old";
            default -> "error " + error + " of Linux";
        };
    }

    public String tag() {
        return tag;
    }

    public boolean readOnly() {
        return readOnly;
    }

    /**
     * Makes who serves it, once; it ends with the folder.
     *
     * @param budget bytes of heap that it may take for what the guest has in hand, about
     * @throws IllegalStateException if it was closed, or is served already
     */
    public P9Server server(long budget) {
        if (closed || server != null) {
            throw new IllegalStateException(
                    closed
                            ? "the shared folder was closed and cannot be used any more"
                            : "the shared folder belongs to a machine already; open it once more");
        }
        try {
            server = new P9Server(files, handle, readOnly, budget);
            return server;
        } catch (HostError e) {
            throw new IllegalStateException("the shared folder cannot be read", e);
        }
    }

    /** Closes it and everything that the guest has open; what the guest asks for after that fails. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            if (server != null) {
                server.close();
            }
            files.close(handle);
        }
    }
}
