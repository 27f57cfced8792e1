package swivel.devices.streams;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * A socket of the host that programs connect to. One of the Unix domain is a file: it is made where nothing was, not
 * even a link, and removed at the end if it is still the same one.
 */
public final class Listener implements AutoCloseable {
    private final ServerSocketChannel channel;
    /** Null for TCP. */
    private final Path file;

    private final Object identity;
    private final Thread cleaner = new Thread(this::removeFile, "swivel-remove-socket");

    private Listener(ServerSocketChannel channel, Path file) throws IOException {
        this.channel = channel;
        this.file = file;
        this.identity = file == null ? null : identity(file);
    }

    /**
     * Listens.
     *
     * @param at an Internet or a Unix domain address
     * @param name what the person calls it
     * @throws IOException if that cannot be; the message says where and why
     */
    public static Listener open(SocketAddress at, String name) throws IOException {
        Path file = at instanceof UnixDomainSocketAddress unix ? unix.getPath().toAbsolutePath() : null;
        ServerSocketChannel channel = null;
        try {
            channel = file == null ? ServerSocketChannel.open() : ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            channel.bind(at);
            channel.configureBlocking(false);
            Listener listener = new Listener(channel, file);
            if (file != null) {
                Runtime.getRuntime().addShutdownHook(listener.cleaner);
            }
            return listener;
        } catch (IOException | IllegalStateException | UnsupportedOperationException e) {
            Sockets.close(channel);
            throw new IOException("cannot listen on " + name + ": " + reason(e, file), e);
        }
    }

    private static String reason(Exception e, Path file) {
        return e instanceof BindException && file != null && Files.exists(file, LinkOption.NOFOLLOW_LINKS)
                ? "there is something of that name; remove it if nobody uses it"
                : e.getMessage();
    }

    private static Object identity(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
    }

    public ServerSocketChannel channel() {
        return channel;
    }

    /** Where it listens: for TCP with the port that was chosen, if it was to be. */
    public InetSocketAddress localAddress() throws IOException {
        return (InetSocketAddress) channel.getLocalAddress();
    }

    private void removeFile() {
        try {
            if (identity != null && identity.equals(identity(file))) {
                Files.delete(file);
            }
        } catch (IOException e) {
            // It is gone, or cannot be removed.
        }
    }

    @Override
    public void close() {
        Sockets.close(channel);
        if (file != null) {
            removeFile();
            try {
                boolean _ = Runtime.getRuntime().removeShutdownHook(cleaner);
            } catch (IllegalStateException e) {
                // The process ends.
            }
        }
    }
}
