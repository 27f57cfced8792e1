package swivel.formats.linux;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import swivel.formats.ImageException;
import swivel.formats.cpio.CpioArchive;
import swivel.formats.elf.SectionNames;
import swivel.formats.unpack.Budget;
import swivel.formats.unpack.Compression;
import swivel.formats.unpack.Unpacked;

/**
 * An initial file system as Linux takes it: cpio archives one after the other, each as it is or packed, with zero bytes
 * between (Documentation/driver-api/early-userspace/buffer-format.rst), and maybe a bootconfig behind them.
 */
public final class Initramfs {

    /** A kernel looks for a plain archive at such offsets only ({@code init/initramfs.c}). */
    private static final int ALIGNMENT = 4;

    /**
     * A part: an archive, or zero bytes and what else lies behind one.
     *
     * @param content of this part, unpacked
     * @param archives in the content; empty for zero bytes
     * @param packing what it was packed with; null if it was not
     */
    private record Part(byte[] content, List<CpioArchive> archives, Compression packing, int start, int end) {}

    private final byte[] file;
    private final Budget.Account account;
    private final List<Part> parts = new ArrayList<>();

    private Initramfs(byte[] file, Budget.Account account) {
        this.account = account;
        this.file = file;
    }

    /**
     * Takes a file apart.
     *
     * @return null if there is no archive in it
     * @throws ImageException if an archive in it is damaged
     */
    public static Initramfs read(byte[] file, String name, Budget.Account account) throws ImageException {
        Initramfs read = new Initramfs(file, account);
        try {
            return read.parts() ? read : null;
        } catch (IOException e) {
            throw new ImageException(name + " " + e.getMessage());
        }
    }

    private boolean parts() throws IOException {
        int limit = BootConfig.start(file);
        int at = 0;
        while (at < limit) {
            int start = at;
            if (file[at] == 0) {
                while (at < limit && file[at] == 0) {
                    at++;
                }
            } else if (CpioArchive.beginsAt(file, at)) {
                CpioArchive archive = CpioArchive.read(file, at, limit);
                at = archive.end();
                parts.add(new Part(file, List.of(archive), null, start, at));
            } else if (Compression.of(file, at).isPresent()) {
                Part part = packed(at, limit);
                if (part.archives.isEmpty() && parts.isEmpty()) {
                    return false;
                }
                at = part.end;
                parts.add(part);
            } else if (parts.isEmpty()) {
                return false;
            } else {
                throw new IOException("has neither cpio nor packed data at byte " + at + ", behind an archive");
            }
        }
        return !parts.isEmpty();
    }

    private Part packed(int at, int limit) throws IOException {
        Compression compression = Compression.of(file, at).orElseThrow();
        Unpacked unpacked;
        try {
            unpacked = compression.unpackAt(file, at, limit, account);
        } catch (IOException e) {
            throw new IOException(
                    "has %s data at byte %d that cannot be unpacked: %s"
                            .formatted(compression.title(), at, e.getMessage()),
                    e);
        }
        byte[] content = unpacked.bytes();
        List<CpioArchive> archives = new ArrayList<>();
        int inside = 0;
        while (inside < content.length) {
            if (content[inside] == 0) {
                inside++;
            } else if (CpioArchive.beginsAt(content, inside)) {
                archives.add(CpioArchive.read(content, inside, content.length));
                inside = archives.getLast().end();
            } else if (archives.isEmpty()) {
                break;
            } else {
                throw new IOException("has no cpio data at byte %d of what is packed at byte %d".formatted(inside, at));
            }
        }
        return new Part(content, archives, compression, at, unpacked.end());
    }

    /** A file in it: the archive it is in, and the entry. */
    public record Member(CpioArchive archive, CpioArchive.Entry entry, byte[] in) {
        public String name() {
            return entry.name();
        }

        /** The first bytes of the content, so many at most. */
        public byte[] head(int bytes) {
            return Arrays.copyOfRange(in, entry.content(), entry.content() + Math.min(entry.size(), bytes));
        }

        /** Whether it is a program of 32-bit ARM without sections of some names: {@link SectionNames}. */
        public boolean isProgramWithout(List<String> sections) {
            return SectionNames.isProgramWithout(sections, in, entry.content(), entry.size());
        }

        /** A copy of the content. */
        public byte[] content() {
            return Arrays.copyOfRange(in, entry.content(), entry.content() + entry.size());
        }
    }

    /** The regular files, in the order of the archives. */
    public List<Member> files() {
        List<Member> files = new ArrayList<>();
        for (Part part : parts) {
            for (CpioArchive archive : part.archives) {
                archive.entries().stream()
                        .filter(CpioArchive.Entry::isFile)
                        .forEach(entry -> files.add(new Member(archive, entry, part.content)));
            }
        }
        return files;
    }

    /** What archives with changed files have to be packed with anew. */
    public List<Compression> packings(Map<Member, byte[]> contents) {
        Set<CpioArchive> changed =
                contents.keySet().stream().map(Member::archive).collect(Collectors.toSet());
        return parts.stream()
                .filter(part -> part.packing != null && part.archives.stream().anyMatch(changed::contains))
                .map(Part::packing)
                .toList();
    }

    /**
     * The file with other content for some of its files.
     *
     * @param pack whether to pack again what was packed
     */
    public byte[] with(Map<Member, byte[]> contents, boolean pack) throws IOException {
        Map<CpioArchive, Map<CpioArchive.Entry, byte[]>> byArchive = new HashMap<>();
        contents.forEach((member, content) ->
                byArchive.computeIfAbsent(member.archive, _ -> new HashMap<>()).put(member.entry, content));
        ByteArrayOutputStream out = new ByteArrayOutputStream(file.length);
        int copied = 0;
        for (Part part : parts) {
            out.write(file, copied, part.start - copied);
            copied = part.end;
            if (part.archives.stream().noneMatch(byArchive::containsKey)) {
                alignIf(part.packing == null, out);
                out.write(file, part.start, part.end - part.start);
                continue;
            }
            ByteArrayOutputStream unpacked = new ByteArrayOutputStream(part.content.length);
            for (CpioArchive archive : part.archives) {
                alignIf(true, unpacked);
                unpacked.writeBytes(archive.with(byArchive.getOrDefault(archive, Map.of())));
            }
            boolean plain = part.packing == null || !pack;
            alignIf(plain, out);
            out.writeBytes(plain ? unpacked.toByteArray() : part.packing.pack(unpacked.toByteArray()));
        }
        out.write(file, copied, file.length - copied);
        return out.toByteArray();
    }

    private static void alignIf(boolean needed, ByteArrayOutputStream out) {
        if (needed) {
            out.writeBytes(new byte[-out.size() & ALIGNMENT - 1]);
        }
    }
}
