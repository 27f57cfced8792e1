package swivel.arm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every instruction of VFP and NEON is in both instruction sets written as GNU objdump writes it, or
 * {@link VectorDifferences} says why not; GNU as makes the same word of it, and its record says the same.
 */
class VectorOracleTest {
    private static final int WORDS_PER_ROW = 2000;

    @ParameterizedTest
    @EnumSource
    void randomWordsOfEveryRowAreWrittenAsObjdumpWritesThem(InstructionSet set) {
        Comparison comparison = new Comparison(set);
        comparison.compare(wordsOfRows(set));
        comparison.finish("random words of every row");
    }

    @ParameterizedTest
    @EnumSource
    void randomWordsOfCoprocessors10And11AreInstructionsWhereObjdumpSaysSo(InstructionSet set) {
        IntStream words = random(22)
                .map(word -> inSet(set, word & ~0x0200_0e00 | 0x0c00_0a00))
                .filter(word -> (word >>> 24 & 15) != 15);
        compare(set, words, "random words of coprocessors 10 and 11");
    }

    private static IntStream random(int seed) {
        return new SplittableRandom(seed).ints(1_000_000);
    }

    /** A word of A32's, or that of T32 which says the same. */
    private static int neon(InstructionSet set, int word) {
        return set == InstructionSet.T32 ? Neon.t32(word) : word;
    }

    private static void compare(InstructionSet set, IntStream words, String what) {
        Comparison comparison = new Comparison(set);
        comparison.compare(words.toArray());
        comparison.finish(what);
    }

    @ParameterizedTest
    @EnumSource
    void randomWordsOfNeonAreInstructionsWhereObjdumpSaysSo(InstructionSet set) {
        compare(
                set,
                random(23).map(word -> neon(set, word & 0x01ff_ffff | 0xf200_0000)),
                "random words of NEON's data processing");
    }

    @ParameterizedTest
    @EnumSource
    void randomWordsOfElementsAreInstructionsWhereObjdumpSaysSo(InstructionSet set) {
        compare(
                set,
                random(24).map(word -> neon(set, word & 0x00ef_ffff | 0xf400_0000)),
                "random words of NEON's loads and stores");
    }

    @ParameterizedTest
    @EnumSource
    void recordsSayWhatObjdumpWrites(InstructionSet set) {
        Set<Instruction> compared = new HashSet<>();
        StringBuilder differences = new StringBuilder();
        Objdump.Consumer consumer = (index, word, text) -> {
            var record = (Arguments.Extension) set.decode(word).arguments(word);
            if (!text.equals(set.disassemble(word, 0))) {
                return; // the tests above know why
            }
            compared.add(row(word));
            boolean same = text.replace(", #-0]", "]").equals(text(record, word, text));
            if (record.isPredictable()) {
                same &= UPPER.matcher(text).find() == record.needsD32();
            }
            if (!same && differences.length() < 5000) {
                differences.append("%08x %s: %s, objdump: %s%n".formatted(word, row(word), record, text));
            }
        };
        if (set == InstructionSet.A32) {
            Objdump.disassemble(wordsOfRows(set), consumer);
        } else {
            Objdump.disassembleT32(wordsOfRows(set), consumer);
        }
        assertEquals("", differences.toString());
        assertEquals(List.of(), rows().filter(row -> !compared.contains(row)).toList());
    }

    /** One of d16 to d31, which some quadwords and lists contain, too. */
    private static final Pattern UPPER = Pattern.compile("\\b(d1[6-9]|d2\\d|d3[01]|q[89]|q1[0-5])\\b");

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource
    void whatWeWriteAssemblesToTheSameWord(InstructionSet set) throws Exception {
        List<Integer> words = new ArrayList<>();
        for (int word : wordsOfRows(set)) {
            if (row(word).isAsItShouldBe(word)
                    && set.decode(word).arguments(word) instanceof Arguments.Extension of
                    && of.isPredictable()) {
                words.add(word);
            }
        }
        int[] assembled = GnuAssembler.assemble(
                directory, set, words.stream().map(word -> spelling(set, word)).toList());
        Set<Instruction> accepted = new HashSet<>();
        StringBuilder differences = new StringBuilder();
        for (int i = 0; i < assembled.length; i++) {
            int word = words.get(i);
            if (assembled[i] == GnuAssembler.REFUSED) {
                continue;
            }
            accepted.add(row(word));
            if (assembled[i] != word && !isSameNumber(set, word, assembled[i]) && differences.length() < 5000) {
                differences.append("%08x %s: %s, assembled %08x%n"
                        .formatted(word, row(word), set.disassemble(word, 0), assembled[i]));
            }
        }
        assertEquals("", differences.toString());
        assertEquals(List.of(), rows().filter(row -> !accepted.contains(row)).toList());
    }

    /** Numbers that are the same for all elements can be encoded in several ways. */
    private static boolean isSameNumber(InstructionSet set, int word, int assembled) {
        return set.decode(word).arguments(word) instanceof NeonOperation.VectorImmediate number
                && number.equals(set.decode(assembled).arguments(assembled));
    }

    private static final Pattern EIGHT_BITS = Pattern.compile("(vmov\\S*\\.f\\d\\d .*#)\\d+");

    private static final Pattern ALL_LANES = Pattern.compile("\\{d(\\d+)\\[]-d(\\d+)\\[]}");

    /**
     * The assembler takes the eight bits of a floating-point number for an integer that it shall be, and the
     * registers of loads to all lanes, where they are written as a range, for whole ones.
     */
    private static String spelling(InstructionSet set, int word) {
        Matcher number = EIGHT_BITS.matcher(set.disassemble(word, 0));
        return switch (set.decode(word).arguments(word)) {
            case VfpOperation.FloatImmediate of
            when of.type() == VfpOperation.FloatType.DOUBLE ->
                number.replaceFirst("$1" + Double.longBitsToDouble(of.value()));
            case VfpOperation.FloatImmediate of -> number.replaceFirst("$1" + Float.intBitsToFloat((int) of.value()));
            case NeonOperation.AllLanesTransfer _ ->
                ALL_LANES
                        .matcher(set.disassemble(word, 0))
                        .replaceFirst(range -> IntStream.rangeClosed(
                                        Integer.parseInt(range.group(1)), Integer.parseInt(range.group(2)))
                                .mapToObj(d -> "d" + d + "[]")
                                .collect(Collectors.joining(", ", "{", "}")));
            default -> set.disassemble(word, 0);
        };
    }

    private static Stream<Instruction> rows() {
        return Stream.concat(
                Arrays.stream(Vfp.values()).filter(row -> row != Vfp.UNDEFINED),
                Arrays.stream(Neon.values()).filter(row -> !row.isUndefined()));
    }

    private static Instruction row(int word) {
        return VectorDifferences.isOfVfp(word) ? Vfp.decode(word) : Neon.decode(word);
    }

    private static String text(Arguments.Extension record, int word, String theirs) {
        return switch (record) {
            case VfpOperation of -> VfpText.of(of, Condition.suffix(word >>> 28));
            case NeonOperation of -> NeonText.of(of, theirs);
        };
    }

    private static int[] wordsOfRows(InstructionSet set) {
        SplittableRandom random = new SplittableRandom(21);
        return rows().flatMapToInt(row -> IntStream.range(0, WORDS_PER_ROW)
                        .map(i -> inSet(set, row, row.canonical(random.nextInt())))
                        .filter(word -> row(word) == row))
                .toArray();
    }

    /** Of VFP, in A32 a word has a condition, but 1111 is none; in T32 it begins with that of AL. */
    private static int inSet(InstructionSet set, Instruction row, int word) {
        if (row instanceof Neon) {
            return set == InstructionSet.T32 ? Neon.t32(word) : word;
        }
        return inSet(set, word);
    }

    private static int inSet(InstructionSet set, int word) {
        return set == InstructionSet.T32 || word >>> 28 == 15 ? word & 0x0fff_ffff | 0xe000_0000 : word;
    }
}
