package swivel.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import swivel.devices.DiskImage;
import swivel.machine.VirtBoard;

/**
 * The disk images that a person named, opened and locked: before anything else is done that takes time or leaves a
 * trace.
 */
final class Drives implements AutoCloseable {
    private static final String READ_ONLY = ",ro";
    private static final String RAW = ",raw";

    /** An argument of {@code --drive} taken apart. */
    private record Drive(Path file, DiskImage.Use use, boolean readOnly) {
        static Drive parse(String argument) {
            String rest = argument;
            boolean readOnly = false;
            boolean raw = false;
            while (rest.endsWith(READ_ONLY) || rest.endsWith(RAW)) {
                readOnly |= rest.endsWith(READ_ONLY);
                raw |= rest.endsWith(RAW);
                rest = rest.substring(0, rest.lastIndexOf(','));
            }
            if (rest.isEmpty()) {
                throw Failure.badInput("--drive needs the name of a disk image");
            }
            Path file = path(rest);
            int comma = rest.lastIndexOf(',');
            if (!Files.exists(file)
                    && (rest.startsWith("file=") || comma > 0 && Files.exists(path(rest.substring(0, comma))))) {
                throw Failure.badInput(
                        "--drive " + argument + " is not understood; write --drive FILE, with " + READ_ONLY
                                + " behind it for read-only and " + RAW + " for a file that shall be taken as it is");
            }
            return new Drive(file, DiskImage.Use.of(readOnly, raw), readOnly);
        }

        private static Path path(String name) {
            try {
                return Path.of(name);
            } catch (InvalidPathException e) {
                throw Failure.badInput("--drive " + name + " is no name of a file: " + e.getReason());
            }
        }
    }

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
        if (arguments.size() > VirtBoard.MAX_DRIVES) {
            throw Failure.badInput(
                    arguments.size() + " drives are too many; there is room for " + VirtBoard.MAX_DRIVES);
        }
        List<Drive> drives = arguments.stream().map(Drive::parse).toList();
        for (Drive drive : drives) {
            for (NamedFile other : others) {
                if ((!drive.readOnly || other.written()) && other.is(drive.file)) {
                    throw Failure.badInput("the disk image " + drive.file + " is also the " + other.what()
                            + "; give a copy" + (other.written() ? "" : ", or let the disk be read-only with ,ro"));
                }
            }
        }
        Drives opened = new Drives();
        try {
            for (Drive drive : drives) {
                opened.images.add(DiskImage.open(drive.file, drive.use, Main::say));
            }
            return opened;
        } catch (IOException e) {
            opened.close();
            throw Failure.badInput(e.getMessage());
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
