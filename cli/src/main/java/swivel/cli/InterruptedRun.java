package swivel.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import swivel.cli.Journal.Action;
import swivel.cli.Journal.Entry;
import swivel.cli.Journal.Version;

/**
 * The second half of an {@link InPlace}, which another process can do as well: it knows the journal and nothing else.
 * Everything here can be interrupted and done again.
 *
 * <p>A journal in a tree may be anybody's. One that is complete counts only if this user wrote it ({@link JournalKey}),
 * else nothing is done in the tree. For one that is not complete, only files that bear its name are removed, which no
 * file of the user's does. Nothing is followed out of the tree.
 */
record InterruptedRun(Folder root, Journal journal, List<Entry> entries) {
    /** Finishes or undoes what a process that was killed left in a directory. */
    static void finish(Path directory) throws IOException {
        Path parent = directory.toRealPath().getParent();
        if (parent != null) {
            refuseIn(parent);
        }
        Traces traces = Traces.in(directory);
        for (Path path : traces.journals) {
            try (Folder root = open(directory, path)) {
                Journal journal = Journal.open(root, path.getFileName());
                if (journal == null) {
                    throw Failure.badInput("another Swivel is rewriting files in " + root.path(Path.of("")));
                }
                try (journal) {
                    finish(directory, root, journal);
                }
            }
        }
    }

    /** The line about a directory in which there is a journal. */
    static String notice(Path directory) {
        return "in " + directory
                + " a swivel patch --in-place is at work or was killed; the next one there finishes or undoes it";
    }

    private static Folder open(Path directory, Path journal) throws IOException {
        if (journal.getParent() == null) {
            return Folder.open(directory);
        }
        try (Folder top = Folder.open(directory)) {
            return top.descend(journal.getParent());
        }
    }

    private static void finish(Path directory, Folder root, Journal journal) throws IOException {
        if (!journal.isCommitted()) {
            removeUncommitted(root.path(Path.of("")), journal.id());
            root.delete(journal.name());
            return;
        }
        JournalKey key = JournalKey.ofUser();
        Path where = root.path(journal.name());
        if (!journal.isOurs(key)) {
            throw Failure.badInput(
                    "nothing is done in " + directory + ": " + where
                            + " was not written by this user's Swivel on this computer; remove it if no other one was killed there");
        }
        InterruptedRun run = new InterruptedRun(root, journal, journal.entries());
        try {
            if (journal.isUndone()) {
                run.undo();
            } else {
                run.apply(false);
            }
            run.removeTraces();
        } catch (IOException e) {
            throw Failure.badInput("what a Swivel that was killed had begun in " + root.path(Path.of(""))
                    + " cannot be finished; mend this and try again: " + e.getMessage());
        }
        Main.say("%s what a Swivel that was killed had begun in %s: %,d files"
                .formatted(journal.isUndone() ? "undid" : "finished", root.path(Path.of("")), run.entries.size()));
    }

    /** New content that no journal speaks of. The old files were not touched. */
    private static void removeUncommitted(Path directory, String id) throws IOException {
        try (Folder top = Folder.open(directory)) {
            for (Path file : Traces.in(directory).files) {
                if (TemporaryName.id(file.getFileName()).equals(id)) {
                    try (Folder folder = top.descend(file.getParent())) {
                        folder.delete(file.getFileName());
                    }
                }
            }
        }
    }

    /** Refuses to do anything in a directory of a tree in which a process was killed: its journal is there or above. */
    static void refuseIn(Path directory) throws IOException {
        for (Path above = directory.toRealPath(); above != null; above = above.getParent()) {
            try (Folder folder = Folder.open(above)) {
                for (Path name : folder.names()) {
                    if (TemporaryName.isJournal(name) && isOurCommitted(above, name)) {
                        throw Failure.badInput(notice(above));
                    }
                }
            } catch (AccessDeniedException _) {
                // Nor could this user have left one there.
            }
        }
    }

    private static boolean isOurCommitted(Path directory, Path name) {
        try (Folder folder = Folder.open(directory);
                Journal journal = Journal.open(folder, name)) {
            return journal != null && journal.isCommitted() && journal.isOurs(JournalKey.ofUser());
        } catch (IOException _) {
            return false;
        }
    }

    /** What bears our names in a tree. Links are not followed. */
    private record Traces(List<Path> journals, List<Path> files) {
        static Traces in(Path directory) throws IOException {
            Traces traces = new Traces(new ArrayList<>(), new ArrayList<>());
            Files.walkFileTree(directory, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (TemporaryName.isTemporary(file.getFileName())) {
                        List<Path> list = TemporaryName.isJournal(file.getFileName()) && attributes.isRegularFile()
                                ? traces.journals
                                : traces.files;
                        list.add(directory.relativize(file));
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                    if (file.equals(directory)) {
                        throw e;
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
            return traces;
        }
    }

    /**
     * Does what is to be done.
     *
     * @param all whether nothing of it was done before
     * @throws IOException at the first file for which it cannot be done
     */
    void apply(boolean all) throws IOException {
        for (Entry entry : entries) {
            try (Folder folder = root.descend(entry.path().getParent())) {
                apply(folder, entry, all);
            }
        }
        sync();
    }

    private void apply(Folder folder, Entry entry, boolean all) throws IOException {
        Path name = entry.path().getFileName();
        Path fresh = InPlace.fresh(journal.id(), entry);
        PosixFileAttributes now = folder.attributes(name);
        boolean isAsBefore = isFile(now, entry.before());
        if (!all && !isAsBefore) {
            // Done before, or somebody has changed it since: it is the person's.
            if (!isFile(now, entry.after())) {
                Main.say(folder.path(name) + " was changed since a Swivel was killed there; it stays as it is");
            }
            return;
        }
        if (!isAsBefore) {
            throw new FileSystemException(entry.path().toString(), null, "was changed meanwhile");
        }
        if (entry.action() == Action.DELETE) {
            folder.delete(name);
        } else if (all || folder.attributes(fresh) != null) {
            folder.rename(fresh, name);
        }
    }

    private static boolean isFile(PosixFileAttributes now, Version version) {
        return Version.of(now).equals(version) && (now == null || now.isRegularFile());
    }

    /** Undoes what was done. */
    void undo() throws IOException {
        for (Entry entry : entries) {
            try (Folder folder = root.descend(entry.path().getParent())) {
                Path name = entry.path().getFileName();
                Path old = InPlace.old(journal.id(), entry);
                PosixFileAttributes now = folder.attributes(name);
                if (entry.action() == Action.CREATE) {
                    if (folder.attributes(InPlace.fresh(journal.id(), entry)) == null && isFile(now, entry.after())) {
                        folder.delete(name);
                    }
                } else if (folder.attributes(old) != null
                        && (isFile(now, entry.after()) || isFile(now, entry.before()) || now == null)) {
                    folder.rename(old, name);
                }
            }
        }
        sync();
    }

    /** Removes the second names and what was not used, then the journal. */
    void removeTraces() throws IOException {
        for (Entry entry : entries) {
            try (Folder folder = root.descend(entry.path().getParent())) {
                folder.delete(InPlace.fresh(journal.id(), entry));
                folder.delete(InPlace.old(journal.id(), entry));
            }
        }
        sync();
        root.delete(journal.name());
        journal.close();
        root.sync();
    }

    /** Brings the names in all directories to their disks. */
    void sync() throws IOException {
        TreeSet<Path> parents = new TreeSet<>();
        for (Entry entry : entries) {
            parents.add(
                    entry.path().getParent() == null
                            ? Path.of("")
                            : entry.path().getParent());
        }
        for (Path parent : parents) {
            try (Folder folder = root.descend(parent)) {
                folder.sync();
            }
        }
        root.sync();
    }
}
