package swivel.formats.elf;

import java.nio.charset.StandardCharsets;
import java.util.List;
import swivel.formats.Bytes;

/** A look at the names of sections in a file that lies somewhere among others, without a copy of it. */
public final class SectionNames {
    private final byte[] bytes;
    private final int from;
    private final int size;

    private SectionNames(byte[] bytes, int from, int size) {
        this.bytes = bytes;
        this.from = from;
        this.size = size;
    }

    /**
     * Whether an executable of 32-bit ARM lacks the sections of some names, or names at all. False is no promise: it is
     * the answer for all other files, and where the headers are not as usual.
     *
     * @param bytes something with the file in it
     * @param from where it begins
     * @param size how many bytes it has there
     */
    public static boolean isProgramWithout(List<String> names, byte[] bytes, int from, int size) {
        return new SectionNames(bytes, from, size).isProgramWithout(names);
    }

    private boolean isProgramWithout(List<String> names) {
        if (size < ElfFile.EHDR_SIZE || !ElfFile.isProgramForArm(bytes, from)) {
            return false;
        }
        long table = Bytes.unsigned(bytes, from + ElfFile.E_SHOFF);
        int stride = Bytes.half(bytes, from + ElfFile.E_SHENTSIZE);
        int count = Bytes.half(bytes, from + ElfFile.E_SHNUM);
        int index = Bytes.half(bytes, from + ElfFile.E_SHSTRNDX);
        long header = table + (long) index * stride;
        if (table == 0 || index >= count || header + ElfFile.SHDR_SIZE > size) {
            return false;
        }
        long offset = Bytes.unsigned(bytes, from + (int) header + ElfFile.SH_OFFSET);
        long length = Bytes.unsigned(bytes, from + (int) header + ElfFile.SH_SIZE);
        return offset + length <= size
                && names.stream().noneMatch(name -> isIn(name, from + (int) offset, (int) (offset + length) + from));
    }

    /** Whether a name stands in a table of names, at the end of another one, too (ELF, "String Table"). */
    private boolean isIn(String name, int start, int end) {
        byte[] wanted = (name + '\0').getBytes(StandardCharsets.ISO_8859_1);
        for (int at = start; at <= end - wanted.length; at++) {
            int matched = 0;
            while (matched < wanted.length && bytes[at + matched] == wanted[matched]) {
                matched++;
            }
            if (matched == wanted.length) {
                return true;
            }
        }
        return false;
    }
}
