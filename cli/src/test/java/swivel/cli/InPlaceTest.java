package swivel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are replaced all or not at all, whenever the process ends, and what they keep. */
class InPlaceTest {
    private static final FileTime TIME = FileTime.fromMillis(981_173_106_000L);
    private static final String JOURNAL = "journal";
    private static final int MILLIS = 30;
    private static final int NANOS = 1_000_000;
    private static final byte[] NEW = "new".getBytes(StandardCharsets.UTF_8);

    /** How often a process is killed; for longer: {@code -Dswivel.kills=200}. */
    private static final int KILLS = Integer.getInteger("swivel.kills", 6);

    @TempDir
    Path directory;

    private Path file(String name) throws IOException {
        return Files.writeString(directory.resolve(name), name);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void fileKeepsModeAndTime() throws IOException {
        Path kernel = file("kernel");
        Files.setAttribute(kernel, "unix:mode", 06751);
        Files.setLastModifiedTime(kernel, TIME);
        try (InPlace files = new InPlace(directory, true)) {
            files.replace(Path.of("kernel"), NEW);
            files.commit();
        }
        assertEquals("new", Files.readString(kernel));
        assertEquals(06751, (int) Files.getAttribute(kernel, "unix:mode") & 07777);
        assertEquals(TIME, Files.getLastModifiedTime(kernel));
        assertEquals(List.of("kernel"), names());
    }

    @Test
    void fileKeepsOwnerAndGroup() throws IOException {
        Path kernel = file("kernel");
        try {
            Files.setAttribute(kernel, "unix:uid", 12_345);
            Files.setAttribute(kernel, "unix:gid", 54_321);
        } catch (IOException e) {
            Assumptions.abort("only root gives files away");
        }
        try (InPlace files = new InPlace(directory, true)) {
            files.replace(Path.of("kernel"), NEW);
            files.commit();
        }
        assertEquals(12_345, Files.getAttribute(kernel, "unix:uid"));
        assertEquals(54_321, Files.getAttribute(kernel, "unix:gid"));
    }

    @Test
    void namesOfOneFileStayNamesOfOneFile() throws IOException {
        Path one = file("one");
        Files.createDirectory(directory.resolve("below"));
        Files.createLink(directory.resolve("below/two"), one);
        try (InPlace files = new InPlace(directory, true)) {
            files.replace(Path.of("one"), NEW);
            files.replace(Path.of("below/two"), NEW);
            files.commit();
        }
        assertEquals("new", Files.readString(one));
        assertTrue(Files.isSameFile(one, directory.resolve("below/two")));
        assertEquals(2, Files.getAttribute(one, "unix:nlink"));
    }

    @Test
    void fileWithAnotherNameIsRefused() throws IOException {
        Path one = file("one");
        Path other = directory.resolve("other");
        Files.createLink(other, one);
        try (InPlace files = new InPlace(directory, true)) {
            files.replace(Path.of("one"), NEW);
            assertThrows(IOException.class, files::commit);
        }
        assertEquals("one", Files.readString(other));
        assertTrue(Files.isSameFile(one, other));
        assertEquals(List.of("one", "other"), names());
    }

    @Test
    void failureInTheMiddleIsUndone() throws IOException {
        Path first = file("first");
        Path last = file("last");
        file("gone");
        try (InPlace files = new InPlace(directory, false)) {
            files.create(Path.of("created"), NEW);
            files.replace(Path.of("first"), NEW);
            files.delete(Path.of("gone"));
            files.replace(Path.of("last"), NEW);
            Files.writeString(last, "changed by somebody");
            IOException failure = assertThrows(IOException.class, files::commit);
            assertTrue(failure.getMessage().contains("changed meanwhile"), failure::getMessage);
        }
        assertEquals("first", Files.readString(first));
        assertEquals("changed by somebody", Files.readString(last));
        assertEquals(List.of("first", "gone", "last"), names(), "nothing else is left");
    }

    @Test
    void twoAtOnceAreRefused() throws IOException {
        file("one");
        try (InPlace files = new InPlace(directory, false)) {
            files.replace(Path.of("one"), NEW);
            Failure failure = assertThrows(Failure.class, () -> new InPlace(directory, false).close());
            assertTrue(failure.getMessage().contains("another Swivel"), failure::getMessage);
            files.commit();
        }
        assertEquals(List.of("one"), names());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void killedAtAnyMomentAllFilesAreOldOrNew(boolean forcibly) throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        long whole = killAfter(Files.createDirectory(directory.resolve("whole")), "staging", -1, forcibly);
        int old = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            Path tree = Files.createDirectory(directory.resolve("tree" + kill));
            long _ = kill % 3 == 0
                    ? killAfter(tree, JOURNAL, (long) (random.nextDouble() * MILLIS * NANOS), forcibly)
                    : killAfter(
                            tree, kill % 3 == 1 ? "staging" : "commit", (long) (random.nextDouble() * whole), forcibly);
            if (!forcibly) {
                assertWhole(tree, seed); // a process that is asked to end leaves nothing to be done
            }
            InterruptedRun.finish(tree);
            if (assertWhole(tree, seed).equals(InPlaceVictim.content(false))) {
                old++;
            }
        }
        System.out.println(KILLS + " processes killed, " + old + " of them changed nothing");
    }

    private static Map<String, String> assertWhole(Path tree, long seed) throws IOException {
        Map<String, String> content = InPlaceVictim.contentOf(tree);
        if (!content.equals(InPlaceVictim.content(false))) {
            assertEquals(InPlaceVictim.content(true), content, "seed " + seed);
        }
        return content;
    }

    /** Kills a process some time after it has said something; returns how long all took that it had to do then. */
    private static long killAfter(Path tree, String line, long nanoseconds, boolean forcibly) throws Exception {
        InPlaceVictim.make(tree);
        Process process = InPlaceVictim.start(tree);
        try (BufferedReader said = process.inputReader(StandardCharsets.UTF_8)) {
            String heard = "";
            while (!heard.equals(line)) {
                heard = line.equals(JOURNAL) && heard.equals("commit") ? awaitJournal(tree) : said.readLine();
                assertNotNull(heard, "it ended by itself");
            }
            long start = System.nanoTime();
            if (nanoseconds >= 0) {
                TimeUnit.NANOSECONDS.sleep(nanoseconds);
                if (forcibly) {
                    process.destroyForcibly();
                } else {
                    process.destroy();
                }
            }
            int _ = process.waitFor();
            return System.nanoTime() - start;
        }
    }

    /** Waits until the journal is written, after which files are renamed, or gone. */
    private static String awaitJournal(Path tree) throws IOException {
        while (true) {
            try (Stream<Path> all = Files.list(tree)) {
                Optional<Path> journal = all.filter(path -> TemporaryName.isJournal(path.getFileName()))
                        .findAny();
                if (journal.isEmpty() || Files.size(journal.get()) > 0) {
                    return JOURNAL;
                }
            } catch (NoSuchFileException _) {
                return JOURNAL;
            }
        }
    }

    /** Each state that a process may leave, killed between two renames. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void killedBetweenAnyTwoRenames(boolean undone) throws IOException {
        List<String> files = List.of("a", "b", "c", "d");
        for (int renamed = 0; renamed <= files.size(); renamed++) {
            for (int restored = 0; restored <= (undone ? renamed : 0); restored++) {
                Path tree = Files.createDirectory(directory.resolve("tree-%d-%d".formatted(renamed, restored)));
                try (Folder root = Folder.open(tree);
                        Journal journal = Journal.create(root)) {
                    List<Journal.Entry> entries = new ArrayList<>();
                    for (int i = 0; i < files.size(); i++) {
                        Path file = Files.writeString(tree.resolve(files.get(i)), "old");
                        Files.writeString(
                                tree.resolve(TemporaryName.of(journal.id(), Integer.toString(i))), "new content");
                        Files.createLink(tree.resolve(TemporaryName.of(journal.id(), i + ".old")), file);
                        entries.add(entry(root, i, files.get(i), journal.id()));
                    }
                    journal.commit(entries, JournalKey.ofUser());
                    for (Journal.Entry entry : entries.subList(0, renamed)) {
                        root.rename(InPlace.fresh(journal.id(), entry), entry.path());
                    }
                    if (undone) {
                        journal.undo(JournalKey.ofUser());
                    }
                    for (Journal.Entry entry : entries.subList(0, restored)) {
                        root.rename(InPlace.old(journal.id(), entry), entry.path());
                    }
                }
                InterruptedRun.finish(tree);
                Map<String, String> content = InPlaceVictim.contentOf(tree);
                assertEquals(files, List.copyOf(content.keySet()));
                assertEquals(Set.of(undone ? "old" : "new content"), Set.copyOf(content.values()));
            }
        }
    }

    @Test
    void whatWasNotCompleteIsRemovedAndNothingElse() throws IOException {
        file("kernel");
        String id = TemporaryName.newId();
        String other = TemporaryName.newId();
        file(TemporaryName.journal(id).toString());
        Files.writeString(directory.resolve(TemporaryName.journal(id)), "");
        file(TemporaryName.of(id, "0").toString());
        Path stays = file(TemporaryName.of(other, "0").toString());
        InterruptedRun.finish(directory);
        assertEquals(List.of(stays.getFileName().toString(), "kernel"), names());
    }

    @Test
    void changedSinceStaysAsItIs() throws IOException {
        // As a process leaves it that was killed when the journal was complete.
        Path one = file("one");
        file("two");
        String id;
        try (Folder root = Folder.open(directory);
                Journal journal = Journal.create(root)) {
            id = journal.id();
            file(TemporaryName.of(id, "0").toString());
            file(TemporaryName.of(id, "1").toString());
            journal.commit(List.of(entry(root, 0, "one", id), entry(root, 1, "two", id)), JournalKey.ofUser());
        }
        Files.writeString(one, "the user's own since then");
        InterruptedRun.finish(directory);
        assertEquals("the user's own since then", Files.readString(one));
        assertEquals(TemporaryName.of(id, "1").toString(), Files.readString(directory.resolve("two")));
        assertEquals(List.of("one", "two"), names());
    }

    private static Journal.Entry entry(Folder root, int number, String name, String id) throws IOException {
        return new Journal.Entry(
                Journal.Action.REPLACE,
                number,
                Path.of(name),
                Journal.Version.of(root.attributes(Path.of(name))),
                Journal.Version.of(root.attributes(TemporaryName.of(id, Integer.toString(number)))));
    }

    @Test
    void aWholeTreeMayBeMovedBeforeItIsFinished() throws IOException {
        Path tree = Files.createDirectory(directory.resolve("tree"));
        Files.writeString(tree.resolve("a %41\\ \n"), "old");
        try (Folder root = Folder.open(tree);
                Journal journal = Journal.create(root)) {
            Files.writeString(tree.resolve(TemporaryName.of(journal.id(), "0")), "new content");
            journal.commit(List.of(entry(root, 0, "a %41\\ \n", journal.id())), JournalKey.ofUser());
        }
        Path moved = Files.move(tree, directory.resolve("moved"));
        InterruptedRun.finish(directory);
        assertEquals("new content", Files.readString(moved.resolve("a %41\\ \n")));
        assertEquals(Set.of("a %41\\ \n"), InPlaceVictim.contentOf(moved).keySet());
    }
}
