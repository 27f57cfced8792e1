package swivel.lpv.compare;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import swivel.arm.Disassembler;
import swivel.lpv.ImageException;
import swivel.lpv.TrapEncoding;
import swivel.lpv.compare.ElfSections.Section;

/**
 * Whether two ELF files are the same program: the same sections at the same places with the same bytes, code and data, and
 * the same relocations. What is not loaded (symbols, comments), and notes, which hold a hash of the file, may differ.
 *
 * @param codeWords words of code that were compared
 * @param dataBytes bytes of data that were compared
 * @param differences one line each, in order of place; empty if they are the same
 */
public record ElfComparison(long codeWords, long dataBytes, List<String> differences) {

    /**
     * Compares two files.
     *
     * @throws ImageException if one is not a 32-bit little-endian ELF file with sections
     */
    public static ElfComparison of(byte[] left, String leftName, byte[] right, String rightName) throws ImageException {
        Comparer comparer = new Comparer(new ElfSections(left, leftName), new ElfSections(right, rightName));
        comparer.compare();
        return new ElfComparison(
                comparer.codeWords, comparer.dataBytes, Collections.unmodifiableList(comparer.differences));
    }

    private static final class Comparer {
        private final ElfSections left;
        private final ElfSections right;
        private final List<String> differences = new ArrayList<>();
        private long codeWords;
        private long dataBytes;

        Comparer(ElfSections left, ElfSections right) {
            this.left = left;
            this.right = right;
        }

        void compare() throws ImageException {
            List<Section> ours = left.loaded();
            List<Section> theirs = right.loaded();
            List<String> names = ours.stream().map(Section::name).toList();
            List<String> otherNames = theirs.stream().map(Section::name).toList();
            if (!names.equals(otherNames)) {
                differences.add("sections " + String.join(" ", names) + " | " + String.join(" ", otherNames));
                return;
            }
            for (int i = 0; i < ours.size(); i++) {
                section(ours.get(i), theirs.get(i));
            }
            relocations();
        }

        private void section(Section ours, Section theirs) throws ImageException {
            if (ours.code()) {
                codeWords += ours.size() / Integer.BYTES;
            } else {
                dataBytes += ours.content().limit();
            }
            if (ours.address() != theirs.address() || ours.size() != theirs.size() || ours.flags() != theirs.flags()) {
                differences.add("%s: 0x%x bytes at %08x, flags 0x%x | 0x%x bytes at %08x, flags 0x%x%s"
                        .formatted(
                                ours.name(),
                                ours.size(),
                                ours.address(),
                                ours.flags(),
                                theirs.size(),
                                theirs.address(),
                                theirs.flags(),
                                firstMoved(ours, theirs)));
                return;
            }
            if (!ours.content().equals(theirs.content())) {
                words(ours, theirs);
            }
        }

        /** Where to look when one section is longer: the first symbol that is not as far from its start as in the other. */
        private String firstMoved(Section ours, Section theirs) throws ImageException {
            NavigableMap<Integer, String> symbols = left.symbols(ours);
            NavigableMap<Integer, String> others = right.symbols(theirs);
            String before = "";
            for (Map.Entry<Integer, String> symbol : symbols.entrySet()) {
                int there = symbol.getKey() - ours.address() + theirs.address();
                if (!symbol.getValue().equals(others.get(there))) {
                    return "; the first symbol that moved is " + symbol.getValue()
                            + (before.isEmpty() ? "" : ", behind " + before);
                }
                before = symbol.getValue();
            }
            return "";
        }

        private void words(Section ours, Section theirs) throws ImageException {
            NavigableMap<Integer, String> symbols = left.symbols(ours);
            int end = ours.content().limit();
            for (int offset = 0; offset < end; offset += Integer.BYTES) {
                int length = Math.min(Integer.BYTES, end - offset);
                int word = word(ours.content(), offset, length);
                int other = word(theirs.content(), offset, length);
                if (word != other) {
                    int address = ours.address() + offset;
                    differences.add("%s %08x %s: %s | %s"
                            .formatted(
                                    ours.name(),
                                    address,
                                    place(symbols, address),
                                    ours.code() ? instruction(word, address) : "%08x".formatted(word),
                                    ours.code() ? instruction(other, address) : "%08x".formatted(other)));
                }
            }
        }

        private static int word(ByteBuffer content, int offset, int length) {
            int word = 0;
            for (int i = 0; i < length; i++) {
                word |= Byte.toUnsignedInt(content.get(offset + i)) << 8 * i;
            }
            return word;
        }

        private static String place(NavigableMap<Integer, String> symbols, int address) {
            return Optional.ofNullable(symbols.floorEntry(address))
                    .map(symbol -> symbol.getValue() + "+0x" + Integer.toHexString(address - symbol.getKey()))
                    .orElse("?");
        }

        /** A word as A32 code (it may be Thumb), and what it is the encoding of. */
        private static String instruction(int word, int address) {
            int original = TrapEncoding.decode(word);
            String text = "%08x %s".formatted(word, Disassembler.disassemble(word, address));
            return original == word ? text : text + " (" + Disassembler.disassemble(original, address) + ")";
        }

        private void relocations() throws ImageException {
            List<String> ours = left.relocations();
            List<String> theirs = right.relocations();
            for (int i = 0; i < Math.max(ours.size(), theirs.size()); i++) {
                String mine = i < ours.size() ? ours.get(i) : "none";
                String other = i < theirs.size() ? theirs.get(i) : "none";
                if (!mine.equals(other)) {
                    differences.add("relocation " + mine + " | " + other);
                }
            }
        }
    }
}
