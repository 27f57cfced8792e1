package swivel.lpv;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import swivel.formats.Bytes;
import swivel.formats.elf.ElfFile;
import swivel.formats.elf.ElfFile.Section;

/**
 * Line numbers of BUGs in a linked kernel. ARM's {@code __bug_table} has entries of 12 bytes
 * (arch/arm/include/asm/bug.h): the address of the instruction, the address of a string (a file, or what an assembler
 * macro has to say), the line and flags, 16 bits each.
 */
final class BugLines {
    private static final String SECTION = "__bug_table";
    private static final int ENTRY_SIZE = 12;
    private static final int STRING = 4;
    private static final int LINE = 8;
    private static final int LINE_SIZE = 2;

    private final ElfFile file;
    private final Set<String> strings;

    /** Those of entries with one of these strings. */
    BugLines(ElfFile file, Set<String> strings) {
        this.file = file;
        this.strings = strings;
    }

    /** Whether bytes of a section, by file offset, lie in such a line number. */
    boolean contain(Section section, int from, int to) {
        if (strings.isEmpty() || file.isRelocatable() || !section.name().equals(SECTION)) {
            return false;
        }
        int entry = from - (from - section.offset()) % ENTRY_SIZE;
        return entry + ENTRY_SIZE <= section.offset() + section.stored()
                && from >= entry + LINE
                && to <= entry + LINE + LINE_SIZE
                && strings.stream().anyMatch(string -> isAt(Bytes.word(file.bytes(), entry + STRING), string));
    }

    private boolean isAt(int address, String string) {
        byte[] wanted = (string + '\0').getBytes(StandardCharsets.ISO_8859_1);
        for (Section section : file.sections()) {
            long distance = section.distance(address);
            if (section.loaded() && distance + wanted.length <= section.stored()) {
                int at = section.offset() + (int) distance;
                return Arrays.equals(file.bytes(), at, at + wanted.length, wanted, 0, wanted.length);
            }
        }
        return false;
    }
}
