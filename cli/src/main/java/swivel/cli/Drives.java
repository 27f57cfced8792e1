package swivel.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import swivel.api.Drive;
import swivel.api.MachineException;
import swivel.cli.config.NamesFiles;
import swivel.devices.DiskImage;

/**
 * The disk images that a person named, opened and locked: before anything else is done that takes time or leaves a
 * trace.
 */
final class Drives implements AutoCloseable {
    private static final String READ_ONLY = "ro";
    private static final String RAW = "raw";
    private static final String SNAPSHOT = "snapshot";
    private static final String OVERLAY = "overlay";
    private static final String SERIAL = "serial";

    /** An argument of {@code --drive} taken apart: a file, and options behind commas. */
    private record Argument(String name, Map<String, String> options) {
        static Argument parse(String argument) {
            Argument drive = read(argument);
            drive.checkFile(argument);
            drive.checkOptions(argument);
            return drive;
        }

        private static Argument read(String argument) {
            String rest = argument;
            Map<String, String> options = new HashMap<>();
            for (int comma; (comma = rest.lastIndexOf(',')) >= 0; rest = rest.substring(0, comma)) {
                String option = rest.substring(comma + 1);
                int value = option.indexOf('=');
                String name = value < 0 ? option : option.substring(0, value);
                boolean known = value < 0
                        ? List.of(READ_ONLY, RAW, SNAPSHOT).contains(name)
                        : List.of(OVERLAY, SERIAL).contains(name);
                if (!known) {
                    break; // the comma is one of the file's name
                }
                if (options.put(name, option.substring(value + 1)) != null && value >= 0) {
                    throw Failure.badInput("--drive " + argument + " has two of " + name + "=");
                }
            }
            if (rest.isEmpty()) {
                throw Failure.badInput("--drive needs the name of a disk image");
            }
            Argument drive = new Argument(rest, options);
            Path _ = drive.file(); // it is a name
            return drive;
        }

        Path file() {
            return path(name);
        }

        /** Finds out whether what looks like a name of a file is a misspelled option. */
        private void checkFile(String argument) {
            int comma = name.lastIndexOf(',');
            if (!Files.exists(file())
                    && (name.startsWith("file=") || comma > 0 && Files.exists(path(name.substring(0, comma))))) {
                throw Failure.badInput("--drive " + argument + " is not understood; write --drive FILE, with ,ro behind"
                        + " it for read-only, ,raw for a file that shall be taken as it is, ,overlay=FILE or ,snapshot"
                        + " to keep what is written elsewhere or not at all, ,serial=NAME");
            }
        }

        private void checkOptions(String argument) {
            long ways = Stream.of(READ_ONLY, SNAPSHOT, OVERLAY)
                    .filter(options::containsKey)
                    .count();
            if (ways > 1) {
                throw Failure.badInput("--drive " + argument + ": what is written goes to the file, to an overlay or to"
                        + " none; give one of ,ro, ,snapshot and ,overlay=FILE");
            }
            if (options.containsKey(OVERLAY) && options.get(OVERLAY).isEmpty()) {
                throw Failure.badInput("--drive " + argument + ": ,overlay= needs the name of a file");
            }
        }

        private static Path path(String name) {
            try {
                return Path.of(name);
            } catch (InvalidPathException e) {
                throw Failure.badInput("--drive " + name + " is no name of a file: " + e.getReason());
            }
        }

        /** Where the overlay is; null if there is none with a name. */
        Path overlay() {
            return options.containsKey(OVERLAY) ? path(options.get(OVERLAY)) : null;
        }

        boolean isWritten() {
            return Stream.of(READ_ONLY, SNAPSHOT, OVERLAY).noneMatch(options::containsKey);
        }

        Drive described() {
            Drive drive = Drive.of(file()).serial(options.get(SERIAL));
            drive = options.containsKey(RAW) ? drive.asRaw() : drive;
            return options.containsKey(READ_ONLY)
                    ? drive.readOnly()
                    : options.containsKey(SNAPSHOT)
                            ? drive.snapshot()
                            : overlay() != null ? drive.overlay(overlay()) : drive;
        }
    }

    /** An argument whose disk and overlay are below a folder unless their names are absolute. */
    static final NamesFiles NAMES = (argument, folder) -> {
        Argument drive = Argument.read(argument);
        String options = argument.substring(drive.name.length());
        if (drive.overlay() != null) {
            options = options.replace(
                    "," + OVERLAY + "=" + drive.options.get(OVERLAY),
                    "," + OVERLAY + "=" + folder.resolve(drive.overlay()));
        }
        return folder.resolve(drive.file()) + options;
    };

    private final List<DiskImage> images = new ArrayList<>();

    private Drives() {}

    /**
     * Opens them.
     *
     * @param arguments of {@code --drive}
     * @param others files that the run uses otherwise; a disk that the guest may write is none of them
     * @throws Failure if one cannot be used
     */
    static Drives open(List<String> arguments, List<NamedFile> others) {
        List<Argument> drives = arguments.stream().map(Argument::parse).toList();
        for (Argument drive : drives) {
            check(drive.file(), drive.isWritten(), "disk image", "let the disk be read-only with ,ro", others);
            if (drive.overlay() != null) {
                check(drive.overlay(), true, "overlay", "name another file", others);
            }
        }
        Drives opened = new Drives();
        try {
            for (Argument drive : drives) {
                opened.images.add(drive.described().open(Main::say));
            }
            return opened;
        } catch (MachineException e) {
            opened.close();
            throw e;
        }
    }

    /** A file that the guest may write, or that the run writes, has no other purpose. */
    private static void check(Path file, boolean isWritten, String what, String way, List<NamedFile> others) {
        for (NamedFile other : others) {
            if ((isWritten || other.written()) && other.is(file)) {
                throw Failure.badInput("the " + what + " " + file + " is also the " + other.what() + "; give a copy"
                        + (other.written() ? "" : ", or " + way));
            }
        }
    }

    List<DiskImage> images() {
        return images;
    }

    /** Closes them, as the machine does that has them. */
    @Override
    public void close() {
        for (DiskImage image : images) {
            try {
                image.close();
            } catch (IOException e) {
                Main.say("a disk image could not be closed: " + e.getMessage());
            }
        }
    }
}
