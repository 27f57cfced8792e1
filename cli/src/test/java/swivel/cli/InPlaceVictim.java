package swivel.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A process that replaces many files, to be killed: says when it begins to commit and when it is done. */
final class InPlaceVictim {
    private static final int FOLDERS = 5;
    private static final int FILES = 12;

    private InPlaceVictim() {}

    /** What is in a directory before, or after. */
    static Map<String, String> content(boolean after) {
        Map<String, String> content = new TreeMap<>();
        for (int folder = 0; folder < FOLDERS; folder++) {
            for (int file = 0; file < FILES; file++) {
                content.put("d%d/f%02d".formatted(folder, file), (after ? "new content " : "old ") + file);
            }
        }
        content.put(after ? "created" : "deleted", "whole");
        return content;
    }

    /** All files of a directory, with what is in them. */
    static Map<String, String> contentOf(Path directory) throws IOException {
        Map<String, String> content = new TreeMap<>();
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path file : all.filter(path -> !Files.isDirectory(path)).toList()) {
                content.put(directory.relativize(file).toString(), Files.readString(file));
            }
        }
        return content;
    }

    /** Makes the directory as it is before. */
    static void make(Path directory) throws IOException {
        for (Map.Entry<String, String> file : content(false).entrySet()) {
            Path path = directory.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.getValue());
        }
    }

    static Process start(Path directory) throws IOException {
        return new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "swivel.cli.InPlaceVictim",
                        directory.toString()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    public static void main(String[] arguments) throws IOException {
        System.out.println("staging");
        try (InPlace files = new InPlace(Path.of(arguments[0]), false)) {
            for (Map.Entry<String, String> file : content(true).entrySet()) {
                byte[] bytes = file.getValue().getBytes(StandardCharsets.UTF_8);
                if (file.getKey().equals("created")) {
                    files.create(Path.of("created"), bytes);
                } else {
                    files.replace(Path.of(file.getKey()), bytes);
                }
            }
            files.delete(Path.of("deleted"));
            System.out.println("commit");
            files.commit();
        }
        System.out.println("done");
    }
}
