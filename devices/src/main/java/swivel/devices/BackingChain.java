package swivel.devices;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import swivel.formats.disk.DiskFormat;

/**
 * A qcow2 image that is only read, the backing file that it names, the one which that names, and so on. Who made an
 * image may not choose what of the host the guest reads: a backing file is in the folder of the image that names it, or
 * below.
 */
final class BackingChain {
    /** Nobody has so many; QEMU has no bound. */
    private static final int MAX_FILES = 32;

    private final Consumer<String> warn;
    /** Of all files of the chain. */
    private final Set<Object> identities = new HashSet<>();

    private BackingChain(Consumer<String> warn) {
        this.warn = warn;
    }

    /**
     * Opens what is behind an image.
     *
     * @param top the image, that is open; it stays so if this fails
     * @throws IOException with the end of a sentence that begins with the image's name, or a whole one
     */
    static DiskContent open(HostFile top, Path file, Consumer<String> warn) throws IOException {
        return new BackingChain(warn).image(top, file);
    }

    private DiskContent image(HostFile host, Path file) throws IOException {
        if (!identities.add(host.identity())) {
            throw new IOException(" is its own backing file, perhaps by way of others");
        }
        if (identities.size() > MAX_FILES) {
            throw new IOException(" is the last of more than " + MAX_FILES + " backing files");
        }
        Qcow2Header header = Qcow2Header.read(host);
        DiskContent base = header.base() == null ? null : base(header, file);
        try {
            return new Qcow2(host, header, base, false);
        } catch (IOException e) {
            if (base != null) {
                base.close();
            }
            throw e;
        }
    }

    private DiskContent base(Qcow2Header header, Path image) throws IOException {
        Path file = find(header.base(), image);
        HostFile host = HostFile.open(file, false, warn);
        try {
            return switch (format(header, host)) {
                case "raw" -> new RawDisk(host);
                case "qcow2" -> image(host, file);
                case String other ->
                    throw new IOException(
                            " is a backing file of the format " + other + "; only raw and qcow2 are read");
            };
        } catch (IOException e) {
            host.close();
            String message = e.getMessage();
            throw message.startsWith(" ") ? new IOException("the backing file " + file + message, e) : e;
        }
    }

    /** Where a backing file is: names are relative to the image that has them. */
    private static Path find(String name, Path image) throws IOException {
        try {
            Path folder = image.toAbsolutePath().getParent().toRealPath();
            Path file = folder.resolve(name).toRealPath();
            if (file.startsWith(folder)) {
                return file;
            }
        } catch (NoSuchFileException e) {
            throw new IOException(" has a backing file that does not exist, " + name, e);
        } catch (InvalidPathException e) {
            throw new IOException(" has a backing file that has no name of a file, " + name, e);
        }
        throw new IOException(" has a backing file outside of its own folder, " + name
                + ", which an image may not choose; give that one as the disk with ,overlay=" + image
                + ", or join them with '" + DiskFormat.QCOW2.conversion(image.toString()) + "'");
    }

    /** As the image says, else as the backing file looks. */
    private static String format(Qcow2Header header, HostFile host) throws IOException {
        if (header.baseFormat() != null) {
            return header.baseFormat();
        }
        DiskFormat found = host.format();
        return found == null ? "raw" : found.title();
    }
}
