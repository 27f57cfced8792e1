package swivel.arm;

import java.nio.file.Path;
import java.util.Arrays;
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
        Comparison comparison = new Comparison(InstructionSet.A32);
        for (int done = 0; done < words; done += CHUNK) {
            comparison.compare(random.ints(Math.min(CHUNK, words - done)).toArray());
        }
        comparison.finish("random words");
    }

    @Test
    void randomWordsOfEveryRowAreWrittenAsObjdumpWritesThem() {
        SplittableRandom random = new SplittableRandom(2);
        Comparison comparison = new Comparison(InstructionSet.A32);
        comparison.compare(Arrays.stream(A32.values())
                .flatMapToInt(row -> random.ints(4000).map(row::canonical))
                .toArray());
        comparison.finish("random words of every row");
    }

    @ParameterizedTest
    @MethodSource("swivel.arm.GuestWords#images")
    void everyWordOfAGuestIsWrittenAsObjdumpWritesIt(Path image) {
        Comparison comparison = new Comparison(InstructionSet.A32);
        comparison.compare(GuestWords.distinct(image));
        comparison.finish("distinct words of " + image);
    }
}
