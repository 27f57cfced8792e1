package swivel.arm;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Every T32 instruction is written as GNU objdump writes it, or {@link T32ObjdumpDifferences} says why not. */
class T32DisassemblerOracleTest {

    private static final int FIRST_OF_TWO = 0xe800;

    @Test
    void everyInstructionOfOneHalfwordIsWrittenAsObjdumpWritesIt() {
        Comparison comparison = new Comparison(InstructionSet.T32);
        comparison.compare(IntStream.range(0, FIRST_OF_TWO).toArray());
        comparison.finish("halfwords");
    }

    @Test
    void randomWordsOfEveryRowAreWrittenAsObjdumpWritesThem() {
        SplittableRandom random = new SplittableRandom(7);
        Comparison comparison = new Comparison(InstructionSet.T32);
        comparison.compare(Arrays.stream(T32.values())
                .filter(row -> row.pattern().length() == 32)
                .flatMapToInt(row -> random.ints(1000).map(row::canonical))
                .filter(word -> word >>> 16 >= FIRST_OF_TWO)
                .toArray());
        comparison.finish("random words of every row");
    }

    @Test
    void randomWordsAreWrittenAsObjdumpWritesThem() {
        SplittableRandom random = new SplittableRandom(8);
        Comparison comparison = new Comparison(InstructionSet.T32);
        comparison.compare(random.ints(300_000, FIRST_OF_TWO << 16, 0).toArray());
        comparison.finish("random words");
    }
}
