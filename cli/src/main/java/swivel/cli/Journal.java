package swivel.cli;

import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What {@link InPlace} is going to do, in a file at the root of the tree, so that another process can finish or undo
 * it.
 *
 * <pre>
 * swivel journal 1 ID
 * replace NUMBER OLD-SIZE OLD-TIME NEW-SIZE NEW-TIME PATH
 * create  …
 * delete  …
 * commit CODE      complete: all of this is to be done. Without this line, nothing was done yet
 * undo CODE        it could not be done: all of it is to be undone
 * </pre>
 *
 * A code is over all that stands before it ({@link JournalKey}). Who works with a journal holds a lock on it, which
 * ends with the process.
 */
final class Journal implements Closeable {
    private static final String TITLE = "swivel journal 1 ";
    private static final String COMMIT = "commit ";
    private static final String UNDO = "undo ";
    private static final int FIELDS = 7;

    /** A journal of half a million files. */
    private static final int MAX_BYTES = 64 << 20;

    /** What is done with a file. */
    enum Action {
        REPLACE,
        CREATE,
        DELETE
    }

    /** What a file is told by: its size, and the time of its last change in the host's units. */
    record Version(long size, long time) {
        static final Version NONE = new Version(-1, -1);

        static Version of(PosixFileAttributes attributes) {
            return attributes == null
                    ? NONE
                    : new Version(
                            attributes.size(), attributes.lastModifiedTime().toMillis());
        }
    }

    /**
     * One file.
     *
     * @param number names the new content and the old one beside it
     * @param path relative to the tree
     * @param before what it was; {@link Version#NONE} if it was not there
     * @param after what it will be
     */
    record Entry(Action action, int number, Path path, Version before, Version after) {}

    private final Path name;
    private final String id;
    private final FileChannel file;
    private final FileLock lock;
    private String text;

    private Journal(Path name, FileChannel file, FileLock lock, String text) {
        this.name = name;
        this.id = TemporaryName.id(name);
        this.file = file;
        this.lock = lock;
        this.text = text;
    }

    /** Begins a journal. */
    static Journal create(Folder root) throws IOException {
        String id = TemporaryName.newId();
        Path name = TemporaryName.journal(id);
        FileChannel file = root.createPrivate(name);
        return new Journal(name, file, file.tryLock(), "");
    }

    /** Opens what may be a journal; null if another process works with it. */
    static Journal open(Folder root, Path name) throws IOException {
        PosixFileAttributes attributes = root.attributes(name);
        if (attributes == null || !attributes.isRegularFile() || attributes.size() > MAX_BYTES) {
            throw new FileSystemException(root.path(name).toString(), null, "is no journal of Swivel; remove it");
        }
        FileChannel file = root.open(name, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            FileLock lock = file.tryLock();
            if (lock != null) {
                ByteBuffer content = ByteBuffer.allocate((int) Math.min(file.size(), MAX_BYTES));
                while (content.hasRemaining() && file.read(content) >= 0) {
                    // Reads on.
                }
                return new Journal(
                        name,
                        file,
                        lock,
                        StandardCharsets.UTF_8.decode(content.flip()).toString());
            }
        } catch (OverlappingFileLockException _) {
            // Another thread of this process.
        }
        file.close();
        return null;
    }

    Path name() {
        return name;
    }

    /** The number that names all that belongs to it. */
    String id() {
        return id;
    }

    /** Writes down what is going to be done. When this returns, it will be. */
    void commit(List<Entry> entries, JournalKey key) throws IOException {
        StringBuilder lines = new StringBuilder(TITLE).append(id).append('\n');
        for (Entry entry : entries) {
            lines.append("%s %d %d %d %d %d %s\n"
                    .formatted(
                            entry.action.name().toLowerCase(Locale.ROOT),
                            entry.number,
                            entry.before.size,
                            entry.before.time,
                            entry.after.size,
                            entry.after.time,
                            encode(entry.path)));
        }
        try {
            append(lines.toString());
            append(COMMIT + key.code(text) + "\n");
        } catch (IOException e) {
            try {
                file.truncate(0); // else it might hold, and nothing of it was done
                file.force(true);
            } catch (IOException again) {
                e.addSuppressed(again);
            }
            throw e;
        }
    }

    /** Writes down that it is going to be undone. */
    void undo(JournalKey key) throws IOException {
        append(UNDO + key.code(text) + "\n");
    }

    private void append(String more) throws IOException {
        text += more;
        Folder.write(file, more.getBytes(StandardCharsets.UTF_8));
        file.force(true);
    }

    /** Whether it was complete, so that files may have been replaced. */
    boolean isCommitted() {
        return completeLine(COMMIT) >= 0;
    }

    boolean isUndone() {
        return completeLine(UNDO) >= 0;
    }

    /** Whether this user wrote it. */
    boolean isOurs(JournalKey key) {
        return isTrue(COMMIT, key) && (!isUndone() || isTrue(UNDO, key)) && text.startsWith(TITLE + id + "\n");
    }

    private boolean isTrue(String mark, JournalKey key) {
        int at = completeLine(mark);
        return at >= 0 && text.startsWith(mark + key.code(text.substring(0, at)) + "\n", at);
    }

    /** Where the first line with this beginning is that has an end; -1 if there is none. */
    private int completeLine(String mark) {
        int at = text.indexOf("\n" + mark) + 1;
        return at > 0 && text.indexOf('\n', at) >= 0 ? at : -1;
    }

    /** What is to be done; of a journal that is ours only. */
    List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        text.substring(0, completeLine(COMMIT)).lines().skip(1).forEach(line -> {
            String[] fields = line.split(" ", FIELDS);
            entries.add(new Entry(
                    Action.valueOf(fields[0].toUpperCase(Locale.ROOT)),
                    Integer.parseInt(fields[1]),
                    decode(fields[6]),
                    new Version(Long.parseLong(fields[2]), Long.parseLong(fields[3])),
                    new Version(Long.parseLong(fields[4]), Long.parseLong(fields[5]))));
        });
        return entries;
    }

    /** Names of files are bytes, whatever they mean; a URI keeps them. */
    private static String encode(Path relative) {
        String encoded = Path.of("/").resolve(relative).toUri().getRawPath();
        return encoded.endsWith("/") ? encoded.substring(0, encoded.length() - 1) : encoded;
    }

    private static Path decode(String encoded) {
        return Path.of("/").relativize(Path.of(URI.create("file://" + encoded)));
    }

    @Override
    public void close() throws IOException {
        try (file) {
            if (lock != null && lock.isValid()) {
                lock.release();
            }
        }
    }
}
