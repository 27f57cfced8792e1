package swivel.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Stream;
import swivel.cli.Journal.Action;
import swivel.cli.Journal.Entry;
import swivel.cli.Journal.Version;

/**
 * New content for many files of a directory that appears in all of them or in none, whenever the process ends.
 *
 * <ol>
 *   <li>The content is written beside the files, and brought to its disk ({@link #replace}, {@link #create}).
 *   <li>{@link #commit} gives each old file a second name, brings the directories to their disks, then a
 *   {@link Journal} of what is to be done.
 *   <li>The new files are renamed to the old ones' names. What fails now is undone by the second names.
 *   <li>The second names and then the journal are removed.
 * </ol>
 *
 * A process that is killed before the journal is complete leaves files under names that nobody takes for kernels
 * ({@link TemporaryName}); one that is killed after it leaves a tree that {@link InterruptedRun} finishes or undoes
 * before anything else is done in it.
 *
 * <p>A file keeps its owner, group, permissions and, if so wanted, the time of its last change. Names of one file (hard
 * links) stay names of one file if all of them get the same new content; a file that has another name is refused, for
 * that would change too, or no longer be the same. Links are refused. Thread-safe.
 */
final class InPlace implements AutoCloseable {
    private final Path directory;
    private final boolean keepTimes;
    private final Folder root;
    private final Instant began = Instant.now();
    private final List<Staged> staged = new ArrayList<>();
    private Journal journal;
    private int numbers;
    private boolean closed;

    /** Held for writing by who ends the staging, for reading by each that stages. */
    private final ReadWriteLock staging = new ReentrantReadWriteLock();

    /** A person may end us at any time; what is being committed then is committed first. */
    private final Thread cleaner = new Thread(this::close);

    /** A file with its new content beside it. */
    private record Staged(Entry entry, PosixFileAttributes before, int names) {}

    /**
     * Begins, after a run that was killed in the directory has been finished or undone.
     *
     * @param keepTimes whether files keep the time of their last change
     */
    InPlace(Path directory, boolean keepTimes) throws IOException {
        this.directory = directory;
        this.keepTimes = keepTimes;
        InterruptedRun.finish(directory);
        root = Folder.open(directory);
        Runtime.getRuntime().addShutdownHook(cleaner);
    }

    /** Where the new content of an entry is until it is committed. */
    static Path fresh(String id, Entry entry) {
        return TemporaryName.of(id, Integer.toString(entry.number()));
    }

    /** The second name of the old content. */
    static Path old(String id, Entry entry) {
        return TemporaryName.of(id, entry.number() + ".old");
    }

    /** Prepares new content for a file that exists. */
    void replace(Path file, byte[] content) throws IOException {
        stage(Action.REPLACE, file, content);
    }

    /** Prepares a file that does not exist. */
    void create(Path file, byte[] content) throws IOException {
        stage(Action.CREATE, file, content);
    }

    /** Prepares the removal of a file. */
    void delete(Path file) throws IOException {
        stage(Action.DELETE, file, null);
    }

    private void stage(Action action, Path file, byte[] content) throws IOException {
        staging.readLock().lock();
        try {
            if (closed) {
                throw refused(directory, "the process is being ended");
            }
            stageNow(action, file, content);
        } finally {
            staging.readLock().unlock();
        }
    }

    private void stageNow(Action action, Path file, byte[] content) throws IOException {
        try (Folder folder = root.descend(file.getParent())) {
            Path name = file.getFileName();
            PosixFileAttributes before = folder.attributes(name);
            checkBefore(action, file, before);
            int names = before == null ? 1 : folder.names(name);
            Entry entry = new Entry(action, number(), file, Version.of(before), Version.NONE);
            if (content != null) {
                Path fresh = fresh(journal.id(), entry);
                try {
                    entry = write(folder, name, fresh, entry, before, content);
                } catch (IOException e) {
                    folder.delete(fresh);
                    throw e;
                }
            }
            synchronized (staged) {
                staged.add(new Staged(entry, before, names));
            }
        }
    }

    private void checkBefore(Action action, Path file, PosixFileAttributes before) throws IOException {
        if (before == null) {
            if (action != Action.CREATE) {
                throw refused(file, "is gone");
            }
        } else if (before.isSymbolicLink()) {
            throw refused(file, "is a link");
        } else if (action == Action.CREATE) {
            throw refused(file, "exists already");
        } else if (!before.isRegularFile()) {
            throw refused(file, "is no regular file");
        } else if (changedSinceWeBegan(before.lastModifiedTime().toInstant())) {
            throw refused(file, "was changed meanwhile");
        }
    }

    /** Whether a file may have been read before this change. A time that is still to come tells nothing. */
    private boolean changedSinceWeBegan(Instant change) {
        return change.isAfter(began) && change.isBefore(Instant.now());
    }

    private static FileSystemException refused(Path file, String why) {
        return new FileSystemException(file.toString(), null, why);
    }

    /** A number for a file; makes the journal with the first one. */
    private int number() throws IOException {
        synchronized (staged) {
            if (journal == null) {
                journal = Journal.create(root);
                refuseIfNotAlone();
            }
            return numbers++;
        }
    }

    private void refuseIfNotAlone() throws IOException {
        try (Folder again = root.descend(null)) {
            for (Path name : again.names()) {
                if (TemporaryName.isJournal(name) && !name.equals(journal.name()) && isFile(again.attributes(name))) {
                    throw refused(directory, "another Swivel works in it");
                }
            }
        }
    }

    private static boolean isFile(PosixFileAttributes attributes) {
        return attributes != null && attributes.isRegularFile();
    }

    private Entry write(Folder folder, Path name, Path fresh, Entry entry, PosixFileAttributes before, byte[] content)
            throws IOException {
        try (FileChannel out = before == null ? folder.create(fresh) : folder.createPrivate(fresh)) {
            Folder.write(out, content);
            if (before != null) {
                folder.giveAttributes(fresh, name, keepTimes);
            }
        }
        return new Entry(
                entry.action(), entry.number(), entry.path(), entry.before(), Version.of(folder.attributes(fresh)));
    }

    /**
     * Moves the new content into place.
     *
     * @throws IOException if that failed; all files are as they were
     */
    void commit() throws IOException {
        staging.writeLock().lock();
        try {
            if (closed) {
                throw refused(directory, "the process is being ended");
            }
            if (staged.isEmpty()) {
                return;
            }
            staged.sort(Comparator.comparing(file -> file.entry.path()));
            keepHardLinks();
            List<Entry> entries = staged.stream().map(Staged::entry).toList();
            JournalKey key = JournalKey.ofUser();
            syncFresh(entries);
            for (Entry entry : entries) {
                keepOld(entry);
            }
            InterruptedRun run = new InterruptedRun(root, journal, entries);
            run.sync();
            journal.commit(entries, key);
            try {
                run.apply(true);
            } catch (IOException e) {
                try {
                    journal.undo(key);
                    run.undo();
                    run.removeTraces();
                } catch (IOException again) {
                    journal.close();
                    journal = null; // for the next run, which tries again
                    e.addSuppressed(again);
                    throw new HalfWritten(e);
                }
                journal = null;
                throw e;
            }
            run.removeTraces();
            journal = null;
            staged.clear();
        } finally {
            staging.writeLock().unlock();
        }
    }

    /**
     * Brings the new content to its disk: all at once, when all is written, takes a fraction of the time of one by one.
     */
    private void syncFresh(List<Entry> entries) throws IOException {
        Optional<IOException> failed = entries.parallelStream()
                .filter(entry -> entry.action() != Action.DELETE)
                .flatMap(entry -> {
                    try (Folder folder = root.descend(entry.path().getParent());
                            FileChannel file = folder.open(fresh(journal.id(), entry), StandardOpenOption.READ)) {
                        file.force(true);
                        return Stream.empty();
                    } catch (IOException e) {
                        return Stream.of(e);
                    }
                })
                .findAny();
        if (failed.isPresent()) {
            throw failed.get();
        }
    }

    /** What failed could not be undone either; the next run tries again. */
    static final class HalfWritten extends IOException {
        private static final long serialVersionUID = 1;

        HalfWritten(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    /** Makes the new files of names that were names of one file names of one file, too. */
    private void keepHardLinks() throws IOException {
        Map<Object, List<Staged>> groups = new HashMap<>();
        for (Staged file : staged) {
            if (file.names > 1) {
                groups.computeIfAbsent(file.before.fileKey(), _ -> new ArrayList<>())
                        .add(file);
            }
        }
        for (List<Staged> group : groups.values()) {
            Staged first = group.getFirst();
            if (group.size() < first.names) {
                throw refused(
                        first.entry.path(),
                        "has another name (hard link) that is not rewritten with it; make it a file of its own, or use -o");
            }
            for (Staged other : group.subList(1, group.size())) {
                join(first, other);
            }
        }
    }

    private void join(Staged first, Staged other) throws IOException {
        if (other.entry.action() != first.entry.action()) {
            throw refused(other.entry.path(), "is " + first.entry.path() + ", too, and the two would differ");
        }
        if (first.entry.action() == Action.DELETE) {
            return;
        }
        Path firstFresh = fresh(journal.id(), first.entry);
        Path fresh = fresh(journal.id(), other.entry);
        try (Folder from = root.descend(first.entry.path().getParent());
                Folder folder = root.descend(other.entry.path().getParent())) {
            if (Files.mismatch(from.path(firstFresh), folder.path(fresh)) >= 0) {
                throw refused(other.entry.path(), "is " + first.entry.path() + ", too, and the two would differ");
            }
            folder.delete(fresh);
            Files.createLink(folder.path(fresh), from.path(firstFresh));
            checkSame(from.attributes(firstFresh), folder.attributes(fresh), other.entry.path());
        }
    }

    /** A link is made by whole paths, on which somebody might have exchanged a directory. */
    private static void checkSame(PosixFileAttributes one, PosixFileAttributes other, Path file) throws IOException {
        if (one == null || other == null || !one.fileKey().equals(other.fileKey())) {
            throw refused(file, "was moved meanwhile");
        }
    }

    /** Gives the old content a second name, or copies it where the host has no links. */
    private void keepOld(Entry entry) throws IOException {
        if (entry.action() == Action.CREATE) {
            return;
        }
        try (Folder folder = root.descend(entry.path().getParent())) {
            Path name = entry.path().getFileName();
            Path old = old(journal.id(), entry);
            try {
                Files.createLink(folder.path(old), folder.path(name));
            } catch (UnsupportedOperationException | IOException _) {
                copy(folder, name, old);
                return;
            }
            checkSame(folder.attributes(name), folder.attributes(old), entry.path());
        }
    }

    private static void copy(Folder folder, Path from, Path to) throws IOException {
        try (FileChannel in = folder.open(from, StandardOpenOption.READ);
                FileChannel out = folder.createPrivate(to)) {
            for (long at = 0, size = in.size(); at < size; ) {
                long count = in.transferTo(at, size - at, out);
                if (count <= 0) {
                    throw new IOException(folder.path(from) + " became shorter");
                }
                at += count;
            }
            folder.giveAttributes(to, from, true);
            out.force(true);
        }
    }

    /** Removes what was not committed. */
    @Override
    public void close() {
        staging.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                if (journal != null) {
                    new InterruptedRun(
                                    root,
                                    journal,
                                    staged.stream().map(Staged::entry).toList())
                            .removeTraces();
                }
                root.close();
            }
        } catch (IOException _) {
            // Nothing more can be done; the files are untouched, and the next run removes the rest.
        } finally {
            staging.writeLock().unlock();
        }
        OutputFile.removeHook(cleaner);
    }
}
