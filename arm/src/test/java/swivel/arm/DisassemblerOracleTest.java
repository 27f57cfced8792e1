package swivel.arm;

import static org.junit.jupiter.api.Assertions.fail;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every word is written as GNU objdump writes it, or {@link ObjdumpDifference} says why not. */
class DisassemblerOracleTest {
    private static final int CHUNK = 1 << 20;

    @Test
    void randomWordsAreWrittenAsObjdumpWritesThem() {
        int words = Integer.getInteger("swivel.oracle.words", 10_000_000);
        SplittableRandom random = new SplittableRandom(1);
        Comparison comparison = new Comparison();
        for (int done = 0; done < words; done += CHUNK) {
            comparison.compare(random.ints(Math.min(CHUNK, words - done)).toArray());
        }
        comparison.finish("random words");
    }

    @Test
    void randomWordsOfEveryRowAreWrittenAsObjdumpWritesThem() {
        SplittableRandom random = new SplittableRandom(2);
        Comparison comparison = new Comparison();
        comparison.compare(Arrays.stream(A32.values())
                .flatMapToInt(row -> random.ints(4000).map(row::canonical))
                .toArray());
        comparison.finish("random words of every row");
    }

    @ParameterizedTest
    @MethodSource("swivel.arm.GuestWords#images")
    void everyWordOfAGuestIsWrittenAsObjdumpWritesIt(Path image) {
        Comparison comparison = new Comparison();
        comparison.compare(GuestWords.distinct(image));
        comparison.finish("distinct words of " + image);
    }

    /** Counts what agrees, what is explained, and keeps examples of what is neither. */
    private static final class Comparison {
        private final StringBuilder ours = new StringBuilder();
        private final Map<A32, Integer> failures = new EnumMap<>(A32.class);
        private final StringBuilder examples = new StringBuilder();
        private final int[] explained = new int[ObjdumpDifference.LIST.size()];
        private int compared;
        private int failed;

        void compare(int[] words) {
            Objdump.disassemble(words, this::compare);
        }

        private void compare(int index, int word, String theirs) {
            compared++;
            ours.setLength(0);
            Disassembler.disassemble(ours, InstructionSet.A32, word, 4 * index);
            boolean bothUndefined = theirs.isEmpty() && ours.charAt(0) == '.';
            if (bothUndefined || theirs.contentEquals(ours)) {
                return;
            }
            int explanation = ObjdumpDifference.explain(word, ours.toString(), theirs);
            if (explanation >= 0) {
                explained[explanation]++;
                return;
            }
            failed++;
            A32 row = A32.decode(word);
            if (failures.merge(row, 1, Integer::sum) <= 5) {
                examples.append("%08x %s: %s, objdump: %s%n".formatted(word, row, ours, theirs));
            }
        }

        void finish(String what) {
            StringBuilder report = new StringBuilder("%,d %s: %,d differ for a reason:%n"
                    .formatted(compared, what, Arrays.stream(explained).sum()));
            for (int i = 0; i < explained.length; i++) {
                if (explained[i] != 0) {
                    report.append("%,10d %s%n"
                            .formatted(
                                    explained[i], ObjdumpDifference.LIST.get(i).reason()));
                }
            }
            System.out.print(report);
            if (failed != 0) {
                fail("%,d differ without one, by row %s%n%s".formatted(failed, failures, examples));
            }
        }
    }
}
